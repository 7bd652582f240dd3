// Names in folders of PEFT's, and labels that are none.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/adapter_names.hpp>
#include <hone/model/bert.hpp>
#include <hone/model/distilbert.hpp>

#include "checkpoint/made.hpp"
#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("a tensor is found with the name of its adapter in it, and without") {
    using detail::without_adapter_name;
    CHECK(without_adapter_name("base_model.model.q.lora_A.default.weight") == "base_model.model.q.lora_A.weight");
    CHECK(without_adapter_name("base_model.model.e.lora_embedding_A.default") == "base_model.model.e.lora_embedding_A");
    CHECK(without_adapter_name("base_model.model.classifier.modules_to_save.default.bias") == "base_model.model.classifier.bias");
    CHECK(without_adapter_name("base_model.model.q.lora_magnitude_vector.default.weight") == "base_model.model.q.lora_magnitude_vector");
    CHECK(without_adapter_name("base_model.model.q.lora_A.weight") == "base_model.model.q.lora_A.weight");
    CHECK(without_adapter_name("base_model.model.defaults.default_x") == "base_model.model.defaults.default_x");
}

TEST_CASE("a file holds a head, or does not, by the names of its family and task") {
    const auto holds = [](const std::string& tensor, const published_names& names) {
        const temporary_folder folder;
        std::vector<named_weight<float>> weights;
        for (const auto& r : names.head().tensors) {
            weights.emplace_back().name = std::string(r.ours) + "weight";
            weights.emplace_back().name = std::string(r.ours) + "out_proj.weight";
        }
        const auto file = folder.put("model.safetensors", floats({{tensor, {2, 2}}}));
        return detail::has_head(open_checkpoint(file), weights, names);
    };
    const published_names bert(bert_family, "single", "bert."), distilbert(distilbert_family, "single", "bert."), answers(bert_family, "answer", "bert.");
    CHECK(holds("base_model.model.classifier.weight", bert));
    CHECK(holds("base_model.model.classifier.modules_to_save.default.weight", bert));
    CHECK(holds("base_model.model.pre_classifier.weight", distilbert));
    CHECK(holds("base_model.model.qa_outputs.weight", answers));
    CHECK(holds("base_model.model.classifier.out_proj.weight", bert)); // one of its layers
    CHECK_FALSE(holds("base_model.model.classifier.bias", bert)); // with all biases of the model
    CHECK_FALSE(holds("base_model.model.classifier.weight", answers));
    CHECK_FALSE(holds("base_model.model.classifier.lora_A.weight", bert));
    CHECK_FALSE(holds("base_model.model.bert.pooler.dense.weight", bert)); // of the body, in Python
    CHECK((detail::is_of_head("base_model.model.classifier.lora_A.weight", bert) && !detail::is_of_head("base_model.model.bert.pooler.dense.weight", bert)));
}

TEST_CASE("labels of an adapter's folder are names of its classifier's rows") {
    const temporary_folder folder;
    folder.put("adapter_config.json", "{}");
    const auto of = [&](const char* labels, long classes) {
        folder.put("labels.json", labels);
        return labels_of_adapter(folder.path, classes);
    };
    CHECK(labels_of_adapter(folder.path, 2).empty());
    CHECK(of(R"(["a", "b"])", 2) == std::vector<std::string>{"a", "b"});
    CHECK(of(R"(["a"])", 2).size() == 1);
    for (const char* wrong : {R"(["a", "b", "c"])", R"(["a", "a"])"}) {
        const auto e = caught([&] { (void)of(wrong, 2); });
        CHECK(e.code == "adapter.labels");
        CHECK(e.where.file == (folder.path / "labels.json").native());
    }
    CHECK(caught([&] { (void)of("{}", 2); }).code == "json.wrong_type");
}

TEST_CASE("where an adapter's tensors are, and what is there in their place") {
    const temporary_folder folder;
    CHECK(adapter_weights_in(folder.path) == folder.path / "adapter_model.safetensors");
    folder.put("adapter_model.bin", "x");
    const auto e = caught([&] { (void)adapter_weights_in(folder.path); });
    CHECK(e.code == "adapter.no_folder");
    CHECK(e.found == "only adapter_model.bin, which is never opened");
    folder.put("adapters.json", "[]");
    CHECK(caught([&] { (void)adapter_folders(folder.path); }).code == "adapter.no_folder");
}

TEST_CASE("modules are named by a list of names or ends, or by an expression for the whole name") {
    const auto names = [](const char* field, const char* module) {
        const json document = parse_json(field, "");
        return detail::names_module(json_view(document, ""), module);
    };
    const char* const query = "bert.encoder.layer.0.attention.self.query";
    CHECK(names(R"(["value", "query"])", query));
    CHECK(names(R"(["self.query"])", query));
    CHECK_FALSE(names(R"(["uery"])", query));
    CHECK_FALSE(names("[]", query));
    CHECK(names(R"re(".*\\.(query|value)")re", query));
    CHECK_FALSE(names(R"("query")", query));
    CHECK(caught([&] { (void)names("3", query); }).code == "json.wrong_type");
}
