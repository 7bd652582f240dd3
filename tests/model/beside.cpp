// Weights of the base that train beside adapters: where a folder holds them, and that they are read again.
// SPDX-License-Identifier: Apache-2.0
#include "folders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_lora : adapt<small_base, lora<rank<2>, alpha<3>>, on<"**.query", "**.value">> {};

/// As after a step that trained these: all numbers of `Set` are others than the checkpoint's.
template <class Set, class Model>
void train(pretrained<Model, double>& model) {
    trained_weights<double> trained;
    double next = 0.01;
    model.each([&](const named_weight<double>& w) {
        if (!Set::selects(w.name)) return;
        for (double& v : w.values) v += next = next < 0.3 ? next * 1.01 : 0.01;
        trained.ranges.push_back({w.values.data(), 0, static_cast<long>(w.values.size()), true, w.name});
    });
    note_beside(model, trained);
}
template <class Model>
void same_again(pretrained<Model, double>& model, const std::filesystem::path& folder) {
    auto again = load<Model, double>(reference("base"), 0, 9);
    load_adapter(again, folder);
    model.each([&](const named_weight<double>& w) {
        INFO(w.name);
        const auto twin = again.weight(w.name);
        CHECK(std::equal(w.values.begin(), w.values.end(), twin.values.begin(), twin.values.end()));
    });
    CHECK(again.beside == model.beside);
    const temporary_folder out; // what was read is written again
    save_adapter(again, out.path / "again", {"a", "b", "c"}, "base");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.path().extension() == ".safetensors") require_same_tensors(entry.path(), out.path / "again" / std::filesystem::relative(entry.path(), folder));
}

/// PEFT's own folder gives its logits, and is written again as it was.
template <class Model>
void of_peft(const std::string& name, std::size_t beside) {
    auto model = load<Model, double>(reference("base"));
    load_adapter(model, reference(name));
    CHECK(apart(model, name) <= 1e-12);
    CHECK(model.beside.size() == beside);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
    const safetensors_file ours(out.path / "saved/adapter_model.safetensors"), theirs(reference(name) / "adapter_model.safetensors");
    std::size_t doubles = 0;
    for (const auto& tensor : theirs.tensors()) {
        INFO(tensor.name);
        if (detail::is_double(tensor.name)) ++doubles;
        else REQUIRE(ours.find(tensor.name));
    }
    CHECK(ours.tensors().size() + doubles == theirs.tensors().size());
    auto again = load<Model, double>(reference("base"));
    load_adapter(again, out.path / "saved");
    CHECK(apart(again, name) <= 1e-12);
    const json config = read_json(out.path / "saved/adapter_config.json"), before = read_json(reference(name) / "adapter_config.json");
    CHECK(config.find("bias")->write() == before.find("bias")->write());
}

} // namespace

TEST_CASE("PEFT's folder of LoRA and all biases") { of_peft<with_lora>("biases", 2 * 8 + 2); }
TEST_CASE("PEFT's folder of LoRA and modules in full") { of_peft<with_lora>("modules", 2 + 2 * 2); }
TEST_CASE("all biases beside LoRA are PEFT's bias: all") {
    auto model = load<with_lora, double>(reference("base"), 0, 3);
    train<on<"bert.**.bias", "pooler.bias">>(model);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
    CHECK(read_json(out.path / "saved/adapter_config.json").find("bias")->string() == "all");
    const safetensors_file file(out.path / "saved/adapter_model.safetensors");
    CHECK(file.find("base_model.model.bert.encoder.layer.0.attention.self.query.base_layer.bias"));
    CHECK(file.find("base_model.model.bert.encoder.layer.0.attention.self.key.bias"));
    CHECK(!std::filesystem::exists(out.path / "saved/base.safetensors"));
    same_again(model, out.path / "saved");
}
TEST_CASE("whole modules beside an adapter are PEFT's modules_to_save") {
    auto model = load<adapt<small_base, ia3<>, on<"**.key">>, double>(reference("base"), 0, 3);
    train<on<"pooler.**", "**.attention_norm.**">>(model);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
    CHECK(read_json(out.path / "saved/adapter_config.json").find("modules_to_save")->write() == R"(["classifier","score","attention.output.LayerNorm","pooler.dense"])");
    CHECK(safetensors_file(out.path / "saved/adapter_model.safetensors").find("base_model.model.bert.pooler.dense.weight"));
    same_again(model, out.path / "saved");
}
TEST_CASE("what no config says stands in a file of its own") {
    SECTION("some biases") {
        auto model = load<with_lora, double>(reference("base"), 0, 3);
        train<on<"bert.blocks.1.**.bias">>(model);
        const temporary_folder out;
        save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
        CHECK(read_json(out.path / "saved/adapter_config.json").find("bias")->string() == "none");
        CHECK(safetensors_file(out.path / "saved/base.safetensors").find("bert.encoder.layer.1.attention.self.query.bias"));
        same_again(model, out.path / "saved");
    }
    SECTION("all biases beside a bottleneck") {
        auto model = load<adapt<small_base, pfeiffer<reduction<3>>, on<"**.output_norm">>, double>(reference("base"), 0, 3);
        train<on<"bert.**.bias", "pooler.bias">>(model);
        const temporary_folder out;
        save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
        CHECK(std::filesystem::exists(out.path / "saved/base.safetensors"));
        same_again(model, out.path / "saved");
    }
    SECTION("a module beside two adapters") {
        auto model = load<adapt<small_base, lora<rank<2>>, on<"**.query">, ia3<>, on<"**.value">>, double>(reference("base"), 0, 3);
        train<on<"pooler.**">>(model);
        const temporary_folder out;
        save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
        same_again(model, out.path / "saved");
    }
}
TEST_CASE("a file of weights beside that does not fit is told by name, and nothing has changed") {
    auto model = load<with_lora, double>(reference("base"), 0, 3);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"}, "base");
    const std::vector<float> two{1, 2};
    const std::vector<stored_tensor> tensors{to_store<float>("bert.pooler.dense.bias", {2}, std::span<const float>(two)), to_store<float>("bert.poler.dense.bias", {2}, std::span<const float>(two))};
    write_safetensors(out.path / "saved/base.safetensors", tensors);
    const double before = model.weight("pooler.bias").values[0];
    const auto e = caught([&] { load_adapter(model, out.path / "saved"); });
    CHECK(e.code == "adapter.does_not_fit");
    const std::string words = e.what();
    CHECK(words.find("misshapen: \"bert.pooler.dense.bias\", expected [12], found [2]") != words.npos);
    CHECK(words.find("left over: \"bert.poler.dense.bias\" [2]") != words.npos);
    CHECK(model.weight("pooler.bias").values[0] == before);
}
