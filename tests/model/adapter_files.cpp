// Folders that Python's PEFT wrote: their logits, and what hone writes of them.
// SPDX-License-Identifier: Apache-2.0
#include "folders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_lora : adapt<small_base, lora<rank<2>, alpha<3>>, on<"**.query", "**.value">> {};
struct with_patterns : adapt<small_base, lora<rank<2>, alpha<4>>, on<"**.value">, lora<rank<2>, alpha<5>>, on<"bert.blocks.0.attention.query">, lora<rank<3>, alpha<9>>, on<"bert.blocks.1.attention.query">> {};
struct with_rslora : adapt<small_base, lora<rank<3>, alpha<3>, stabilised>, on<"**.query", "**.up">> {};
struct with_dora : adapt<small_base, dora<rank<2>, alpha<4>>, on<"**.query", "**.value">> {};
struct with_table : adapt<small_base, lora<rank<2>, alpha<2>>, on<"**.query", "**.word">> {};
struct with_ia3 : adapt<small_base, ia3<>, on<"**.key", "**.value">, ia3<of_input>, on<"**.attention.output", "**.down">> {};
struct with_vera : adapt<small_base, vera<rank<4>>, on<"**.query", "**.value">> {};

/// What hone reads of the folder answers as PEFT did, and is written again as it was.
template <class Tuned>
void goes_both_ways(const std::string& name) {
    auto exact = load<Tuned, double>(reference("base"));
    load_adapter(exact, reference(name));
    CHECK(apart(logits_of(exact), "logits.json", name) <= 1e-12);

    auto model = load<Tuned>(reference("base"));
    CHECK(load_adapter(model, reference(name)).empty()); // PEFT keeps no labels
    const temporary_folder out;
    save_adapter(model, out.path / "again", {"no", "perhaps", "yes"});
    require_same_tensors(reference(name) / "adapter_model.safetensors", out.path / "again/adapter_model.safetensors");
    const json ours = read_json(out.path / "again/adapter_config.json");
    require_fields(ours, read_json(reference(name) / "adapter_config.json"), {"target_modules", "feedforward_modules", "rank_pattern", "alpha_pattern"});
    auto again = load<Tuned>(reference("base"));
    CHECK(load_adapter(again, out.path / "again") == std::vector<std::string>{"no", "perhaps", "yes"});
    require_same_weights(model, again);
}

} // namespace

TEST_CASE("a folder of LoRA") { goes_both_ways<with_lora>("lora"); }
TEST_CASE("a folder of LoRA whose ranks and alphas are patterns, of which the first that fits counts") { goes_both_ways<with_patterns>("patterns"); }
TEST_CASE("a folder of rank-stabilised LoRA") { goes_both_ways<with_rslora>("rslora"); }
TEST_CASE("a folder of DoRA") { goes_both_ways<with_dora>("dora"); }
TEST_CASE("a folder of LoRA on a table") { goes_both_ways<with_table>("embedding"); }
TEST_CASE("a folder of IA3") { goes_both_ways<with_ia3>("ia3"); }
TEST_CASE("a folder of VeRA") { goes_both_ways<with_vera>("vera"); }
