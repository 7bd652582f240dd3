// What may stand where, asked of the types: every condition that `adapt` asserts, as a constant (tests/pairs/ asks for all pairs of adapters).
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using query = on<"**.query">;
using value_layers = on<"**.attention.value">;
using word_table = on<"**.word">;
using norm = on<"**.output_norm">;

HONE_CONDITION(is_square, "not square", Subject::inputs == Subject::outputs)
/// An adapter of one's own with a condition of its own, behind one of the library's.
struct rotation {
    template <class Layer>
    using asks = conditions<is_product<Layer>, is_square<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (rotation, vector<Layer::inputs>))
    };
};

} // namespace

TEST_CASE("an adapter and a layer") {
    using square = linear<w12, w12>;
    CHECK(fits<lora<>, square>);
    CHECK(fits<lora<>, embedding<vocabulary<5>, w12>>);
    CHECK(fits<vera<>, square>);
    CHECK(refusal<vera<>, layer_norm<w12>> == HONE_E037);
    CHECK(refusal<lora<>, layer_norm<w12>> == HONE_E037);
    CHECK(fits<ia3<>, lora<>::around<square>>);
    CHECK(refusal<lora<rank<2>>, lora<>::around<square>> == HONE_E056);
    CHECK(refusal<dora<>, lora<>::around<square>> == HONE_E055);
    CHECK(fits<lora<>, dora<>::around<square>>);
    CHECK(refusal<compacter<reduction<5>>, add_and_norm<w12>> == HONE_E048);
    CHECK(fits<compacter<reduction<3>>, add_and_norm<w12>>);
    CHECK(fits<rotation, square>);
    CHECK(refusal<rotation, linear<w12, width<5>>> == "not square");
    CHECK(refusal<rotation, layer_norm<w12>> == HONE_E037);
}
TEST_CASE("adapters and a model") {
    CHECK(can_adapt<small_bert, lora<>, query>);
    CHECK(can_adapt<small_bert, lora<>, query, ia3<>, query>);
    CHECK(refusal_to_adapt<small_bert, lora<>, on<"**.quary">> == HONE_E036);
    CHECK(refusal_to_adapt<small_bert, lora<>, norm> == HONE_E037);
    CHECK(refusal_to_adapt<small_bert, houlsby<>, query> == HONE_E038);
    CHECK(refusal_to_adapt<small_bert, prefix<>, query> == HONE_E040);
    CHECK(refusal_to_adapt<small_bert, prompt<>, query> == HONE_E041);
    CHECK(refusal_to_adapt<small_bert, ia3<>, query, dora<>, query> == HONE_E055);
    CHECK(can_adapt<small_bert, dora<>, query, ia3<>, query>);
    CHECK(refusal_to_adapt<small_bert, ia3<>, query, dora<>, on<"bert.blocks.1.**.query">> == HONE_E055);
    CHECK(can_adapt<small_bert, lora<>, on<"bert.blocks.0.**.query">, lora<rank<2>>, on<"bert.blocks.1.**.query">>);
    CHECK(refusal_to_adapt<small_bert, lora<>, query, lora<rank<2>>, on<"bert.blocks.1.**.query">> == HONE_E056);
    CHECK(refusal_to_adapt<small_bert, compacter<reduction<5>>, norm> == HONE_E048);
}
TEST_CASE("adapters that a model can have once") {
    CHECK(refusal_to_adapt<small_bert, prompt<>, word_table, ptuning<>, word_table> == HONE_E042);
    CHECK(refusal_to_adapt<small_bert, prompt<>, word_table, ptuning<>, on<"**.embeddings.type">> == HONE_E042);
    CHECK(refusal_to_adapt<small_bert, prompt<>, on<"**.word", "**.embeddings.type">> == HONE_E042);
    CHECK(can_adapt<small_bert, prompt<>, word_table, lora<>, word_table>);
    CHECK(refusal_to_adapt<small_bert, vera<rank<4>>, query, vera<rank<8>>, value_layers> == HONE_E056);
    CHECK(can_adapt<small_bert, vera<rank<4>>, query, vera<rank<4>>, value_layers>);
    CHECK(refusal_to_adapt<adapt<small_bert, vera<rank<4>>, query>, vera<rank<4>>, value_layers> == HONE_E045);
}
