// Folders that PEFT wrote: read into the compiled type they give PEFT's logits, and written again they are the same tensors. What does not fit is told
// in one error, and nothing has changed.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/adapter_files.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

#include <fstream>

#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;

namespace {

struct base : classify<bert<layers<2>, width<12>, heads<2>, inner<18>, vocabulary<30>, positions<16>>, classes<3>> {};
using query_value = on<"**.attention.query", "**.attention.value">;

const std::string folder = HONE_SOURCE_DIR "/tests/reference/adapter/";

std::vector<double> expected_logits(const std::string& name) {
    std::ifstream file(folder + name + "/logits.txt");
    std::vector<double> all;
    for (double v = 0; file >> v;) all.push_back(v);
    return all;
}
/// Logits of the texts of make.py.
template <class Model>
std::vector<double> logits_of(pretrained<Model, double>& model) {
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2, 1, 7, 8, 3, 6, 2, 1}, offsets{0, 4, 7, 13, 14};
    team alone(1);
    auto program = evaluate<token_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, alone);
    const auto rows = program({.tokens = {.ids = ids, .offsets = offsets}});
    return {rows.begin(), rows.end()};
}
bool near(const std::vector<double>& found, const std::vector<double>& expected) {
    double largest = 0, difference = 0;
    if (found.size() != expected.size() || found.empty()) return false;
    for (std::size_t i = 0; i < found.size(); ++i) {
        largest = std::max(largest, std::abs(expected[i]));
        difference = std::max(difference, std::abs(found[i] - expected[i]));
    }
    UNSCOPED_INFO("difference " << difference << " of " << largest);
    return difference <= 1e-12 * largest;
}
/// Every tensor of one file is in the other, in name, shape and numbers.
bool same_tensors(const std::filesystem::path& a, const std::filesystem::path& b) {
    const safetensors_file one(a), other(b);
    if (one.tensors().size() != other.tensors().size()) return false;
    for (const auto& tensor : one.tensors()) {
        const auto* twin = other.find(tensor.name);
        if (!twin || twin->shape != tensor.shape) return false;
        std::vector<double> x(tensor.count()), y(tensor.count());
        one.read(tensor, std::span<double>(x));
        other.read(*twin, std::span<double>(y));
        if (x != y) return false;
    }
    return true;
}
template <class Tuned>
void both_ways(const std::string& name) {
    auto model = load<Tuned, double>(folder + "base");
    const auto labels = load_adapter(model, folder + name);
    CHECK(labels.empty());
    CHECK(near(logits_of(model), expected_logits(name)));
    const temporary_folder scratch;
    save_adapter(model, scratch.path / "saved", {"a", "b", "c"}, "base");
    CHECK(same_tensors(folder + name + "/adapter_model.safetensors", scratch.path / "saved" / "adapter_model.safetensors"));
    auto again = load<Tuned, double>(folder + "base");
    CHECK(load_adapter(again, scratch.path / "saved") == std::vector<std::string>{"a", "b", "c"});
    CHECK(logits_of(again) == logits_of(model));
    const json ours = read_json(scratch.path / "saved" / "adapter_config.json", 1 << 20), theirs = read_json(folder + name + "/adapter_config.json", 1 << 20);
    for (const auto& key : theirs.keys()) { // fields that hone does not know are kept
        INFO(key);
        REQUIRE(ours.find(key));
        if (key != "target_modules" && key != "rank_pattern" && key != "feedforward_modules") CHECK(*ours.find(key) == *theirs.find(key));
    }
}
template <class F>
error caught(F&& f) {
    try {
        f();
    } catch (const error& e) {
        return e;
    }
    FAIL("nothing was thrown");
    throw;
}

} // namespace

TEST_CASE("LoRA") { both_ways<adapt<base, lora<rank<2>, alpha<3>>, query_value>>("lora"); }
TEST_CASE("rank-stabilised LoRA") { both_ways<adapt<base, lora<rank<4>, alpha<4>, stabilised>, query_value>>("rslora"); }
TEST_CASE("LoRA of two ranks") { both_ways<adapt<base, lora<rank<2>, alpha<3>>, on<"**.attention.value">, lora<rank<4>, alpha<3>>, on<"**.attention.query">>>("ranks"); }
TEST_CASE("LoRA on the table of words") { both_ways<adapt<base, lora<rank<4>, alpha<4>>, on<"**.attention.query", "**.embeddings.word">>>("embedding"); }
TEST_CASE("DoRA") { both_ways<adapt<base, dora<rank<2>, alpha<3>>, query_value>>("dora"); }
TEST_CASE("IA3") {
    both_ways<adapt<base, ia3<>, on<"**.attention.key", "**.attention.value">, ia3<of_input>, on<"**.attention.output", "**.feed_forward.down">>>("ia3");
}
TEST_CASE("VeRA") { both_ways<adapt<base, vera<rank<5>>, query_value>>("vera"); }
TEST_CASE("VeRA of two widths") { both_ways<adapt<base, vera<rank<5>>, on<"**.attention.query">, vera<rank<5>>, on<"**.feed_forward.up">>>("vera_widths"); }
TEST_CASE("AdaLoRA") { both_ways<adapt<base, adalora<rank<4>, alpha<3>>, query_value>>("adalora"); }
TEST_CASE("AdaLoRA after its training: the triplets that PEFT has cut out are zeros") {
    using tuned = adapt<base, adalora<rank<4>, alpha<3>>, query_value>;
    auto model = load<tuned, double>(folder + "base", 0, 4);
    load_adapter(model, folder + "adalora_cut");
    CHECK(near(logits_of(model), expected_logits("adalora_cut")));
    const auto e = model.weight("bert.blocks.0.attention.value.adalora.e").values;
    CHECK((e[0] == 0 && e[1] != 0 && e[2] != 0 && e[3] == 0));
    const temporary_folder scratch;
    save_adapter(model, scratch.path / "saved", {"a", "b", "c"});
    auto again = load<tuned, double>(folder + "base", 0, 5);
    load_adapter(again, scratch.path / "saved");
    CHECK(logits_of(again) == logits_of(model));
    const auto refused = [&](const std::string& from, const std::string& to) { // the same folder with another config
        const temporary_folder changed;
        std::filesystem::copy(folder + "adalora_cut", changed.path / "adapter");
        std::ifstream in(folder + "adalora_cut/adapter_config.json");
        std::string text((std::istreambuf_iterator<char>(in)), {});
        const auto at = text.find(from);
        REQUIRE(at != text.npos);
        std::ofstream(changed.path / "adapter" / "adapter_config.json", std::ios::trunc) << text.replace(at, from.size(), to);
        const auto error = caught([&] { load_adapter(again, changed.path / "adapter"); });
        CHECK(error.code == "adapter.does_not_fit");
        return std::string(error.what());
    };
    CHECK(refused("layer.1.attention.self.value.lora_E\": [", "layer.1.attention.self.value.lora_E\": [ true,").find("has 5 flags, and the layer 4 triplets") != std::string::npos);
    CHECK(refused("layer.1.attention.self.value.lora_E", "layer.1.attention.self.key.lora_E").find("self.key.lora_E\" is no layer that the model has adapted") != std::string::npos);
    CHECK(logits_of(again) == logits_of(model));
}
TEST_CASE("prefix tuning") { both_ways<adapt<base, prefix<virtual_tokens<3>>, on<"**.attention">>>("prefix"); }
TEST_CASE("prompt tuning") { both_ways<adapt<base, prompt<virtual_tokens<3>>, on<"**.embeddings.word">>>("prompt"); }
TEST_CASE("what P-tuning made is read as a prompt") {
    using tuned = adapt<base, prompt<virtual_tokens<3>>, on<"**.embeddings.word">>;
    auto model = load<tuned, double>(folder + "base");
    load_adapter(model, folder + "ptuning");
    CHECK(near(logits_of(model), expected_logits("ptuning")));
}
TEST_CASE("P-tuning saves what its encoder makes") {
    using tuned = adapt<base, ptuning<virtual_tokens<3>, inner<7>>, on<"**.embeddings.word">>;
    auto model = load<tuned, double>(folder + "base", 0, 4);
    const temporary_folder scratch;
    save_adapter(model, scratch.path / "saved", {"a", "b", "c"});
    auto read = load<adapt<base, prompt<virtual_tokens<3>>, on<"**.embeddings.word">>, double>(folder + "base");
    load_adapter(read, scratch.path / "saved");
    CHECK(near(logits_of(read), logits_of(model)));
    CHECK(caught([&] { load_adapter(model, scratch.path / "saved"); }).code == "adapter.not_readable");
}
TEST_CASE("two families are two folders") {
    using tuned = adapt<base, lora<rank<2>>, on<"**.attention.query">, ia3<>, on<"**.attention.value">>;
    auto model = load<tuned, double>(folder + "base", 0, 4);
    model.weight("bert.blocks.1.attention.value.ia3.l").values[3] = 1.5;
    const temporary_folder scratch;
    save_adapter(model, scratch.path / "saved", {"a", "b", "c"});
    CHECK(std::filesystem::exists(scratch.path / "saved" / "lora" / "adapter_config.json"));
    CHECK(std::filesystem::exists(scratch.path / "saved" / "ia3" / "adapter_model.safetensors"));
    auto again = load<tuned, double>(folder + "base", 0, 5);
    load_adapter(again, scratch.path / "saved");
    CHECK(logits_of(again) == logits_of(model));
}
TEST_CASE("a folder of another adapter is refused, and nothing has changed") {
    using tuned = adapt<base, lora<rank<3>, alpha<3>>, query_value>;
    auto model = load<tuned, double>(folder + "base", 0, 4);
    const auto before = logits_of(model);
    const auto e = caught([&] { load_adapter(model, folder + "lora"); });
    CHECK(e.code == "adapter.does_not_fit");
    const std::string text = e.what();
    CHECK(text.find("r: the model has 3, the folder 2") != text.npos);
    CHECK(text.find("misshapen: \"base_model.model.bert.encoder.layer.1.attention.self.value.lora_B.weight\", expected [12, 3], found [12, 2]") != text.npos);
    const auto other = caught([&] { load_adapter(model, folder + "ia3"); });
    const std::string words = other.what();
    CHECK(words.find("peft_type: the model has \"LORA\", the folder \"IA3\"") != words.npos);
    CHECK(words.find("missing: \"base_model.model.bert.encoder.layer.0.attention.self.query.lora_A.weight\"") != words.npos);
    CHECK(words.find("left over: \"base_model.model.bert.encoder.layer.0.output.dense.ia3_l\" [1, 18]") != words.npos);
    CHECK(caught([&] { load_adapter(model, folder + "dora"); }).code == "adapter.does_not_fit"); // the same tensors and one more, another meaning
    CHECK(caught([&] { load_adapter(model, folder + "nothing"); }).code == "file.not_found");
    CHECK(logits_of(model) == before);
}
TEST_CASE("an adapted model begins as its base") {
    auto plain = load<base, double>(folder + "base");
    auto model = load<adapt<base, lora<>, query_value, ia3<>, on<"**.attention.key">, dora<rank<2>>, on<"pooler">>, double>(folder + "base", 0, 3);
    CHECK(near(logits_of(model), logits_of(plain)));
}
