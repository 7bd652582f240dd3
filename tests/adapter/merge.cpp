// Merged models give the outputs of the adapted ones, and unmerging gives back the same bits.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/step/compare.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto logits = [](auto m, auto b) { return m(b.left); };

/// Fills, merges, compares in T, and unmerges.
template <class Tuned, class T>
void merge_and_compare(double limit) {
    parameters<Tuned, T> model(label_count);
    fill(model, 17, 0.4);
    auto merged = merge(model);
    CHECK(std::is_same_v<plain_model<Tuned>, small_bert>);
    CHECK(can_merge<Tuned>);
    team alone(1);
    const auto found = compare_outputs<pair_batch>(model, merged.model, logits, few.batch(), alone);
    CHECK(found.largest > 1e-3);
    CHECK(found.relative() <= limit);
    auto& changed = merged.kept;
    CHECK(changed.size() > 1);
    auto again = unmerge(merged);
    again.each([&](const named_weight<T>& w) { CHECK(std::memcmp(w.values.data(), model.weight(w.name).values.data(), w.values.size_bytes()) == 0); });
    parameters<small_bert, T> base(label_count); // without the adapter the outputs are others
    base.each([&](named_weight<T> w) {
        const auto from = model.weight(w.name).values;
        std::copy(from.begin(), from.end(), w.values.begin());
    });
    CHECK(compare_outputs<pair_batch>(model, base, logits, few.batch(), alone).relative() > 1e-3);
}
template <class Tuned>
void both() {
    merge_and_compare<Tuned, double>(1e-13);
    merge_and_compare<Tuned, float>(1e-6);
}

} // namespace

TEST_CASE("LoRA merges, on products and on a table") { both<adapt<small_bert, lora<rank<3>, alpha<5>>, on<"**.attention.*", "**.word">>>(); }
TEST_CASE("DoRA merges") { both<adapt<small_bert, dora<rank<3>, alpha<5>, stabilised>, on<"**.query", "**.up">>>(); }
TEST_CASE("IA3 merges, on outputs and on inputs") { both<adapt<small_bert, ia3<>, on<"**.key", "**.value">, ia3<of_input>, on<"**.feed_forward.down">>>(); }
TEST_CASE("adapters around one layer merge from the inside out") {
    both<adapt<small_bert, lora<rank<2>, alpha<3>>, on<"**.query">, ia3<>, on<"bert.blocks.1.**.query", "**.value">, dora<rank<2>>, on<"bert.blocks.0.**.key">, ia3<of_input>, on<"**.key">>>();
}
TEST_CASE("VeRA merges") { both<adapt<small_bert, vera<rank<5>>, on<"**.query", "**.value">>>(); }
TEST_CASE("what can be merged is known of the type") {
    CHECK_FALSE(can_merge<small_bert>);
    CHECK_FALSE(can_merge<adapt<small_bert, lora<>, on<"**.query">, pfeiffer<reduction<4>>, on<"bert.blocks.1.output_norm">>>);
    CHECK_FALSE(can_merge<adapt<small_bert, prompt<virtual_tokens<2>>, on<"**.word">>>);
}
