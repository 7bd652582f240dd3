// Folders that Python's adapters library wrote: their logits, and what hone writes of them.
// SPDX-License-Identifier: Apache-2.0
#include "folders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_houlsby : adapt<small_base, houlsby<reduction<4>>, on<"**.attention_norm", "**.output_norm">> {};
struct with_pfeiffer : adapt<small_base, pfeiffer<reduction<3>>, on<"**.output_norm">> {};
struct with_parallel : adapt<small_base, parallel<reduction<2>>, on<"bert.blocks.1.output_norm">> {};

/// What hone reads of the folder answers as the library did, and is written again as it was.
template <class Tuned>
void goes_both_ways(const std::string& name) {
    const std::vector<std::string> labels{"no", "perhaps", "yes"};
    auto exact = load<Tuned, double>(reference("base"));
    CHECK(load_adapter(exact, reference(name)) == labels);
    CHECK(apart(logits_of(exact), "bottlenecks.json", name) <= 1e-12);

    auto model = load<Tuned>(reference("base"));
    load_adapter(model, reference(name));
    const temporary_folder out;
    save_adapter(model, out.path / "again", labels);
    for (const char* file : {"adapter.safetensors", "model_head.safetensors"}) require_same_tensors(reference(name) / file, out.path / "again" / file);
    const json ours = read_json(out.path / "again/adapter_config.json"), theirs = read_json(reference(name) / "adapter_config.json");
    require_fields(ours, theirs);
    require_fields(*ours.find("config"), *theirs.find("config"));
    require_fields(read_json(out.path / "again/head_config.json"), read_json(reference(name) / "head_config.json"));
}

} // namespace

TEST_CASE("a folder of Houlsby's adapters") { goes_both_ways<with_houlsby>("houlsby"); }
TEST_CASE("a folder of Pfeiffer's adapters") { goes_both_ways<with_pfeiffer>("pfeiffer"); }
TEST_CASE("a folder of parallel adapters in some layers") { goes_both_ways<with_parallel>("parallel"); }
