// Folders that Python's adapters library wrote: their logits, and what hone writes of them.
// SPDX-License-Identifier: Apache-2.0
#include "folders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_houlsby : adapt<small_base, houlsby<reduction<4>>, on<"**.attention_norm", "**.output_norm">> {};
struct with_pfeiffer : adapt<small_base, pfeiffer<reduction<3>>, on<"**.output_norm">> {};
struct with_parallel : adapt<small_base, parallel<reduction<2>>, on<"bert.blocks.1.output_norm">> {};
struct with_compacter : adapt<small_base, compacter<reduction<3>, products<2>>, on<"**.attention_norm">, compacter<reduction<3>, products<2>>, on<"**.output_norm">> {};

/// What hone reads of the folder answers as the library did, and is written again as it was.
template <class Tuned>
void goes_both_ways(const std::string& name) {
    const std::vector<std::string> labels{"LABEL_0", "LABEL_1", "LABEL_2"};
    auto exact = load<Tuned, double>(reference("base"));
    CHECK(load_adapter(exact, reference(name)) == labels);
    CHECK(apart(exact, name) <= 1e-12);

    auto model = load<Tuned>(reference("base"));
    load_adapter(model, reference(name));
    const temporary_folder out;
    save_adapter(model, out.path / "again", labels, "base");
    for (const char* file : {"adapter.safetensors", "model_head.safetensors"}) require_same_tensors(reference(name) / file, out.path / "again" / file);
    const json ours = read_json(out.path / "again/adapter_config.json"), theirs = read_json(reference(name) / "adapter_config.json");
    require_fields(ours, theirs);
    require_fields(*ours.find("config"), *theirs.find("config"));
    require_fields(read_json(out.path / "again/head_config.json"), read_json(reference(name) / "head_config.json"));
}

/// A copy of a reference folder with one text of a file replaced.
struct changed_folder : temporary_folder {
    changed_folder(const std::string& name, const std::string& file, const std::string& from, const std::string& to) {
        std::filesystem::copy(reference(name), path, std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
        auto text = content_of(path / file);
        const auto at = text.find(from);
        REQUIRE(at != text.npos);
        text.replace(at, from.size(), to);
        put(file, text);
    }
};

} // namespace

TEST_CASE("a folder of Houlsby's adapters") { goes_both_ways<with_houlsby>("houlsby"); }
TEST_CASE("a folder of Pfeiffer's adapters") { goes_both_ways<with_pfeiffer>("pfeiffer"); }
TEST_CASE("a folder of parallel adapters in some layers") { goes_both_ways<with_parallel>("parallel"); }
TEST_CASE("a folder of compacters, whose rule stands once, at the root") { goes_both_ways<with_compacter>("compacter"); }
TEST_CASE("a compacter of the library that hone does not compute is refused by the field that says so") {
    auto model = load<with_compacter>(reference("base"));
    struct row {
        const char *from, *to, *says;
    };
    for (const auto& [from, to, says] : {row{"\"phm_dim\": 2", "\"phm_dim\": 4", "phm_dim: the model has 2, the folder 4"},
                                         row{"\"phm_rank\": 1", "\"phm_rank\": 2", "phm_rank: the model has 1, the folder 2"},
                                         row{"\"phm_bias\": true", "\"phm_bias\": false", "phm_bias: the model has true, the folder false"},
                                         row{"\"shared_phm_rule\": true", "\"shared_phm_rule\": false", "shared_phm_rule: the model has true, the folder false"},
                                         row{"\"shared_W_phm\": false", "\"shared_W_phm\": true", "shared_W_phm: the model has false, the folder true"},
                                         row{"\"factorized_phm_W\": true", "\"factorized_phm_W\": false", "factorized_phm_W: the model has true, the folder false"},
                                         row{"\"factorized_phm_rule\": false", "\"factorized_phm_rule\": true", "factorized_phm_rule: the model has false, the folder true"},
                                         row{"\"phm_layer\": true", "\"phm_layer\": false", "phm_layer: the model has true, the folder false"}}) {
        INFO(says);
        const changed_folder folder("compacter", "adapter_config.json", from, to);
        const auto e = caught([&] { load_adapter(model, folder.path); });
        CHECK(e.code == "adapter.does_not_fit");
        CHECK(std::string(e.what()).find(says) != std::string::npos);
        CHECK(e.found == "1 difference");
    }
}

TEST_CASE("what would be another network is refused by the field that says so") {
    auto model = load<with_pfeiffer>(reference("base"));
    struct row {
        const char *from, *to, *says;
    };
    for (const auto& [from, to, says] : {row{"\"relu\"", "\"gelu\"", "non_linearity: the model has \"relu\", the folder \"gelu\""},
                                         row{"\"original_ln_before\": true", "\"original_ln_before\": false", "original_ln_before: the model has true, the folder false"},
                                         row{"\"is_parallel\": false", "\"is_parallel\": true", "is_parallel: the model has false, the folder true"},
                                         row{"\"scaling\": 1.0", "\"scaling\": \"learned\"", "scaling: the model has 1.0, the folder \"learned\""},
                                         row{"\"use_gating\": false", "\"use_gating\": true", "use_gating: the model has false, the folder true"},
                                         row{"\"phm_layer\": false", "\"phm_layer\": true", "phm_layer: the model has false, the folder true"},
                                         row{"\"ln_after\": false", "\"ln_after\": true", "ln_after: the model has false, the folder true"},
                                         row{"\"reduction_factor\": 3", "\"reduction_factor\": {\"1\": 2, \"default\": 3}", "reduction_factor: the model has 3, the folder 2"},
                                         row{"\"mh_adapter\": false", "\"mh_adapter\": true", "mh_adapter: the model has false, the folder true"},
                                         row{"\"leave_out\": []", "\"leave_out\": [1]", "leave_out: the model has [], the folder [1]"}}) {
        INFO(says);
        const changed_folder folder("pfeiffer", "adapter_config.json", from, to);
        const auto e = caught([&] { load_adapter(model, folder.path); });
        CHECK(e.code == "adapter.does_not_fit");
        CHECK(std::string(e.what()).find(says) != std::string::npos);
        CHECK(e.where.file == folder.path.native());
        CHECK(e.expected == "the same adapter");
        CHECK(e.found == "1 difference");
    }
    // another spelling of the same
    load_adapter(model, changed_folder("pfeiffer", "adapter_config.json", "\"reduction_factor\": 3", "\"reduction_factor\": {\"7\": 2, \"default\": 3}").path);
    const changed_folder swish("houlsby", "adapter_config.json", "\"swish\"", "\"silu\"");
    auto other = load<with_houlsby>(reference("base"));
    load_adapter(other, swish.path);
    const auto e = caught([&] { load_adapter(other, reference("lora")); });
    CHECK(std::string(e.what()).find("config: the model has \"houlsby\", the folder an adapter of PEFT's") != std::string::npos);
}
TEST_CASE("labels of a head that contradict each other") {
    auto model = load<with_pfeiffer>(reference("base"));
    const changed_folder folder("pfeiffer", "head_config.json", "\"LABEL_2\": 2", "\"LABEL_2\": 1");
    CHECK(caught([&] { load_adapter(model, folder.path); }).code == "config.label_twice");
    const changed_folder far("pfeiffer", "head_config.json", "\"LABEL_2\": 2", "\"LABEL_2\": 3");
    CHECK(caught([&] { load_adapter(model, far.path); }).code == "json.out_of_range");
}
TEST_CASE("places and sizes that one config cannot describe") {
    const temporary_folder out;
    auto sizes = load<adapt<small_base, pfeiffer<reduction<3>>, on<"bert.blocks.0.output_norm">, pfeiffer<reduction<2>>, on<"bert.blocks.1.output_norm">>>(reference("base"));
    const auto e = caught([&] { save_adapter(sizes, out.path / "sizes", {}); });
    CHECK(e.code == "adapter.not_one_folder");
    CHECK(e.where.name == "bert.encoder.layer.1.output.LayerNorm");
    auto places = load<adapt<small_base, houlsby<reduction<4>>, on<"bert.blocks.0.output_norm", "bert.blocks.1.attention_norm">>>(reference("base"));
    CHECK(caught([&] { save_adapter(places, out.path / "places", {}); }).code == "adapter.not_one_folder");
    CHECK(out.entries() == 0);
}
