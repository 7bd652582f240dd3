// The names of weights by task, from the table of a family.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>
#include <hone/model/distilbert.hpp>
#include <hone/model/electra.hpp>
#include <hone/model/pretrained.hpp>

#include <set>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;

namespace {

struct small : classify<bert<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>, positions<8>>,
                        classes<2>> {};
struct tuned : adapt<small, lora<>, on<"**.query">> {};

/// A body under another name, and a head of tags.
template <class Body>
struct tagger {
    using body = Body;
    static constexpr int class_count = 2;
    static constexpr const char* task = "tag";
    HONE_PARTS((inside, Body), (classifier, linear<typename Body::width, classes<2>>))
    static constexpr auto call(auto self, auto tokens) {
        return self.classifier(self.inside(tokens));
    }
};

} // namespace

TEST_CASE("paths are published names, with the body's prefix and the head's own names") {
    const auto names = names_of<tuned>();
    CHECK(names("bert.blocks.11.attention.query.weight") ==
          "bert.encoder.layer.11.attention.self.query.weight");
    CHECK(names("bert.blocks.0.attention_norm.bias") ==
          "bert.encoder.layer.0.attention.output.LayerNorm.bias");
    CHECK(names("pooler.weight") == "bert.pooler.dense.weight");
    CHECK(names("classifier.bias") == "classifier.bias");
    CHECK(names.module("bert.blocks.2.feed_forward.down") == "bert.encoder.layer.2.output.dense");
    CHECK(names.bottleneck("bert.blocks.2.attention_norm") ==
          "bert.encoder.layer.2.attention.output");
    CHECK((names.goes_along("classifier.bias") && !names.goes_along("pooler.weight") &&
           names.is_head("pooler.weight") && !names.is_in_head("pooler.weight")));
    CHECK(names_of<small>("embed")("bert.embeddings.norm.weight") == "embeddings.LayerNorm.weight");
    CHECK(names_of<small>("mlm")("predictions.dense.bias") ==
          "cls.predictions.transform.dense.bias");
    CHECK(names_of<tagger<bert<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>>>>()(
              "inside.embeddings.word.weight") == "bert.embeddings.word_embeddings.weight");
    CHECK(names_of<tagger<distilbert<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>>>>()(
              "inside.blocks.0.attention.output.bias") ==
          "distilbert.transformer.layer.0.attention.out_lin.bias");
    CHECK(names_of<tagger<electra<layers<1>, width<4>, heads<2>, inner<6>, vocabulary<9>>>>()
              .head()
              .architecture == std::string("ElectraForTokenClassification"));
}

TEST_CASE("every family has heads of known tasks, each once; another task is an error") {
    for (const auto* family : {&bert_family, &distilbert_family, &electra_family}) {
        std::set<std::string_view> seen;
        for (const auto& head : family->heads) {
            CHECK(seen.insert(head.task).second);
            CHECK_NOTHROW(published_names(*family, head.task, "x."));
        }
        CHECK(seen.contains("single"));
    }
    const auto e = caught([] { published_names(distilbert_family, "mlm+nsp", "distilbert."); });
    CHECK(e.code == "model.no_such_task");
    CHECK(e.where.name == "distilbert");
    CHECK(e.found == "\"mlm+nsp\"");
}

TEST_CASE("a folder says what its labels mean, and is saved as that") {
    const temporary_folder folder;
    folder.put(
        "config.json",
        R"({"model_type": "bert", "hidden_size": 4, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 6, "vocab_size": 9, "max_position_embeddings": 8})");
    pretrained<small> model;
    model.initialize(3);
    model.config = read_config(folder.path / "config.json", bert_family.config);
    CHECK(model.task == "single");
    model.task = "several";
    save_into(model, folder.path, {"a", "b"});
    CHECK(read_json(folder.path / "config.json", 1 << 16).find("problem_type")->string() ==
          "multi_label_classification");
    auto again = load<small>(folder.path);
    CHECK(again.task == "several");
    again.task = "answer";
    save_into(again, folder.path, {});
    const json config = read_json(folder.path / "config.json", 1 << 16);
    CHECK(config.find("architectures")->write() == R"(["BertForQuestionAnswering"])");
    CHECK(config.find("problem_type")->is_null());
    CHECK(config.find("id2label")->write() == R"({"0":"LABEL_0","1":"LABEL_1"})");
}
