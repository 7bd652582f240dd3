// What PEFT's config says besides the tensors: patterns of ranks and alphas, variants of LoRA, names of modules.
// SPDX-License-Identifier: Apache-2.0
#include "folders.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_lora : adapt<small_base, lora<rank<2>, alpha<3>>, on<"**.query", "**.value">> {};
template <int OfTheLast>
struct with_patterns : adapt<small_base, lora<rank<2>, alpha<4>>, on<"**.value">, lora<rank<2>, alpha<5>>, on<"bert.blocks.0.attention.query">, lora<rank<3>, alpha<OfTheLast>>,
                             on<"bert.blocks.1.attention.query">> {};

/// The folder of LoRA with another value of a field.
struct changed_config : temporary_folder {
    changed_config(const std::string& field, const json& value) {
        json config = read_json(reference("lora") / "adapter_config.json");
        config.set(field, value);
        put("adapter_config.json", config.write(2));
        std::filesystem::copy_file(reference("lora") / "adapter_model.safetensors", path / "adapter_model.safetensors");
    }
};
json object(const std::string& key, const json& value) {
    json made = json::object();
    made.set(key, value);
    return made;
}

} // namespace

TEST_CASE("of several patterns that fit a module the first counts") {
    auto model = load<with_patterns<9>, double>(reference("base"));
    load_adapter(model, reference("patterns"));
    CHECK(apart(model, "patterns") <= 1e-12);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {});
    const json config = read_json(out.path / "saved/adapter_config.json");
    CHECK(config.find("r")->integer() == 2);
    CHECK(config.find("lora_alpha")->integer() == 4);
    CHECK(config.find("rank_pattern")->write() == R"({"bert.encoder.layer.1.attention.self.query":3})");
    CHECK(config.find("alpha_pattern")->write() == R"({"bert.encoder.layer.0.attention.self.query":5,"bert.encoder.layer.1.attention.self.query":9})");
    auto again = load<with_patterns<9>, double>(reference("base"));
    load_adapter(again, out.path / "saved");
    CHECK(apart(again, "patterns") <= 1e-12);
}
TEST_CASE("the same tensors under another alpha are another adapter") {
    auto model = load<with_patterns<5>>(reference("base"));
    const auto e = caught([&] { load_adapter(model, reference("patterns")); });
    CHECK(e.code == "adapter.does_not_fit");
    CHECK(std::string(e.what()).find("lora_alpha: the model has 5, the folder 9 for \"bert.encoder.layer.1.attention.self.query\"") != std::string::npos);
    CHECK(e.expected == "the same adapter");
    CHECK(e.found == "1 difference");
}
TEST_CASE("a field of LoRA that makes another computation is refused by its name") {
    auto model = load<with_lora>(reference("base"));
    struct row {
        std::string field;
        json value;
        std::string says;
    };
    json list = json::array();
    list.append(3);
    for (const auto& [field, value, says] : {row{"lora_alpha", 4, "lora_alpha: the model has 3, the folder 4"}, row{"use_rslora", true, "use_rslora: the model has false, the folder true"},
                                             row{"use_dora", true, "use_dora: the model has false, the folder true"}, row{"bias", "some", "bias: the model has \"none\", the folder \"some\""},
                                             row{"lora_bias", true, "lora_bias: the model has none, the folder true"}, row{"use_qalora", true, "use_qalora: the model has none, the folder true"},
                                             row{"alora_invocation_tokens", list, "alora_invocation_tokens: the model has none, the folder [3]"},
                                             row{"alpha_pattern", object("self.value", 8), "lora_alpha: the model has 3, the folder 8 for \"bert.encoder.layer.0.attention.self.value\" and others"},
                                             row{"init_lora_weights", "pissa_niter_4", "init_lora_weights: \"pissa_niter_4\" has changed the base's weights"}}) {
        INFO(says);
        const changed_config folder(field, value);
        const auto e = caught([&] { load_adapter(model, folder.path); });
        CHECK(e.code == "adapter.does_not_fit");
        CHECK(std::string(e.what()).find(says) != std::string::npos);
        CHECK(e.where.file == folder.path.native());
        CHECK(e.expected == "the same adapter");
        CHECK(e.found == "1 difference");
    }
    for (const auto& [field, value] : {std::pair<std::string, json>{"init_lora_weights", "gaussian"}, {"lora_dropout", 0.3}, {"lora_alpha", 3.0}, {"tomorrow", list}, {"r", 2},
                                       {"alpha_pattern", object("key", 8)}, {"alpha_pattern", object("(key|dense)", 8)}, {"fan_in_fan_out", true}, {"bias", "lora_only"}}) {
        INFO(field);
        load_adapter(model, changed_config(field, value).path);
    }
    const changed_config expression("rank_pattern", object("layer\\.[01]\\..*(query|value)", 3));
    const auto differs = caught([&] { load_adapter(model, expression.path); });
    CHECK(differs.code == "adapter.does_not_fit");
    CHECK(std::string(differs.what()).find("r: the model has 2, the folder 3") != std::string::npos);
    const changed_config broken("rank_pattern", object("layer\\.(0|1", 2));
    const auto e = caught([&] { load_adapter(model, broken.path); });
    CHECK(e.code == "expression.syntax");
    CHECK(e.where.file == (broken.path / "adapter_config.json").native());
    CHECK(e.where.name == "rank_pattern.layer\\.(0|1");
}
TEST_CASE("targets are the shortest endings that select these modules and no other") {
    const std::vector<std::string> all{"a.0.attention.query", "a.0.attention.output.dense", "a.0.output.dense", "a.0.up.dense", "a.1.attention.query", "a.1.attention.output.dense",
                                       "a.1.output.dense", "a.1.up.dense", "dense", "pooler.dense"};
    const auto of = [&](std::initializer_list<std::string> wanted) { return detail::shortest_targets(wanted, all); };
    using list = std::vector<std::string>;
    CHECK(of({"a.0.attention.query", "a.1.attention.query"}) == list{"query"});
    CHECK(of({"a.1.attention.query"}) == list{"1.attention.query"});
    CHECK(of({"a.0.attention.output.dense", "a.1.attention.output.dense"}) == list{"attention.output.dense"});
    CHECK(of({"a.0.attention.output.dense", "a.1.attention.output.dense", "a.0.output.dense", "a.1.output.dense"}) == list{"output.dense"});
    CHECK(of({"a.0.output.dense", "a.1.output.dense"}) == list{"0.output.dense", "1.output.dense"});
    CHECK(of({"pooler.dense"}) == list{"pooler.dense"});
    for (const auto& wanted : {list{"a.0.up.dense", "a.1.up.dense"}, list{"a.0.output.dense", "pooler.dense"}, all}) {
        const auto targets = detail::shortest_targets(wanted, all);
        for (const auto& module : all)
            CHECK(std::any_of(targets.begin(), targets.end(), [&](const auto& t) { return detail::targets(module, t); }) == (std::find(wanted.begin(), wanted.end(), module) != wanted.end()));
    }
}
TEST_CASE("low-rank adapters that cannot share a config are two folders") {
    using tuned = adapt<small_base, lora<rank<2>>, on<"**.value">, dora<rank<2>>, on<"**.query">>;
    auto model = load<tuned, double>(reference("base"), 0, 3);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"});
    CHECK(read_json(out.path / "saved/lora/adapter_config.json").find("use_dora")->boolean() == false);
    CHECK(read_json(out.path / "saved/dora/adapter_config.json").find("use_dora")->boolean());
    auto again = load<tuned, double>(reference("base"), 0, 4);
    CHECK(load_adapter(again, out.path / "saved") == std::vector<std::string>{"a", "b", "c"});
    model.each([&](const named_weight<double>& w) {
        INFO(w.name);
        const auto twin = again.weight(w.name);
        CHECK(std::equal(w.values.begin(), w.values.end(), twin.values.begin(), twin.values.end()));
    });
}
TEST_CASE("adapters around one layer keep their order") {
    using tuned = adapt<small_base, lora<rank<2>>, on<"**.query", "**.value">, ia3<>, on<"**.value">>;
    auto model = load<tuned>(reference("base"), 0, 3);
    const temporary_folder out;
    save_adapter(model, out.path / "saved", {"a", "b", "c"});
    const auto folders = adapter_folders(out.path / "saved");
    REQUIRE(folders.size() == 2);
    CHECK(folders[0].filename() == "lora");
    CHECK(folders[1].filename() == "ia3");
    CHECK(adapter_folders(folders[0]) == std::vector{folders[0]});
    auto turned = load<adapt<small_base, ia3<>, on<"**.value">, lora<rank<2>>, on<"**.query", "**.value">>>(reference("base"), 0, 3);
    const auto e = caught([&] { load_adapter(turned, out.path / "saved"); });
    CHECK(e.code == "adapter.does_not_fit");
    CHECK(std::string(e.what()).find(R"(adapters: the model has ["ia3","lora"], the folder ["lora","ia3"])") != std::string::npos);
    CHECK(caught([&] { load_adapter(turned, reference("lora")); }).code == "adapter.does_not_fit");
    CHECK(caught([&] { adapter_folders(out.path); }).code == "adapter.no_folder");
    out.put("adapters.json", R"(["lora", "../elsewhere"])");
    const auto outside = caught([&] { adapter_folders(out.path); });
    CHECK(outside.code == "adapter.no_folder");
    CHECK(outside.where.file == (out.path / "adapters.json").native());
    CHECK(outside.expected == "a plain name");
    auto both = load<adapt<small_base, lora<rank<2>>, on<"**.query">, ia3<>, on<"**.query", "**.value">, lora<rank<2>>, on<"**.value">>>(reference("base"), 0, 3);
    const auto mixed = caught([&] { save_adapter(both, out.path / "both", {}); });
    CHECK(mixed.code == "adapter.not_one_folder");
    CHECK(mixed.where.name == "bert.encoder.layer.0.attention.self.value");
}
TEST_CASE("virtual tokens in some layers, and configs that are two") {
    const temporary_folder out;
    auto some = load<adapt<small_base, prefix<virtual_tokens<2>>, on<"bert.blocks.1.attention">>>(reference("base"));
    CHECK(caught([&] { save_adapter(some, out.path / "some", {}); }).code == "adapter.not_one_folder");
    using two_ranks = adapt<small_base, adalora<rank<2>>, on<"**.query">, adalora<rank<3>>, on<"**.value">>;
    auto ranks = load<two_ranks>(reference("base"), 0, 3);
    save_adapter(ranks, out.path / "ranks", {"a", "b", "c"});
    const auto folders = adapter_folders(out.path / "ranks");
    REQUIRE(folders.size() == 2);
    CHECK(folders[0].filename() == "adalora");
    CHECK(folders[1].filename() == "adalora_2");
    CHECK(*read_json(folders[1] / "adapter_config.json").find("init_r") == json(3));
    auto again = load<two_ranks>(reference("base"), 0, 4);
    load_adapter(again, out.path / "ranks");
    again.each([&](const named_weight<float>& w) {
        const auto saved = ranks.weight(w.name).values;
        INFO(w.name);
        CHECK(std::equal(w.values.begin(), w.values.end(), saved.begin(), saved.end()));
    });
}
