// DistilBERT against transformers and PEFT: tests/reference/families/make.py.
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/distilbert.hpp>

#include "model/families.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using encoder =
    distilbert<layers<2>, width<12>, heads<2>, inner<18>, vocabulary<30>, positions<16>>;
struct small : classify<encoder, classes<3>> {};
struct tuned
    : adapt<small, lora<rank<2>, alpha<3>>, on<"**.attention.query", "**.attention.value">> {};

} // namespace

TEST_CASE("DistilBERT: a folder of transformers is read and written, an adapter of PEFT too") {
    check_family<small, tuned>("distilbert", "DistilBertForSequenceClassification", "distilbert");
}

TEST_CASE("DistilBERT: its config is compared by its own names") {
    const auto e = caught([] {
        load<classify<distilbert<layers<3>, width<12>, heads<2>, inner<18>, vocabulary<30>,
                                 positions<16>, relu_>,
                      classes<3>>>(reference(of_family("distilbert")));
    });
    CHECK(e.problem == "the config does not fit the compiled model:\n  n_layers: the model has 3, "
                       "the file 2\n  activation: the model has \"relu\", the file \"gelu\"\n ");
    CHECK(caught([] { load<small>(reference("base")); }).code == "config.model_type");
    const auto config = parse_config(
        parse_json(
            R"({"model_type": "distilbert", "dim": 36, "seq_classif_dropout": 0.25, "dropout": 0.5, "dtype": "float32", "qa_dropout": 0.1})",
            ""),
        "config.json", distilbert_family.config);
    CHECK((config.hidden_size == 36 && config.num_hidden_layers == 6 &&
           config.type_vocab_size == 0 && config.classifier_dropout == 0.25 &&
           config.hidden_dropout_prob == 0.5));
    CHECK(config.notices.empty());
    CHECK(caught([] {
              parse_config(
                  parse_json(R"({"model_type": "distilbert", "dim": 10, "n_heads": 4})", ""),
                  "config.json", distilbert_family.config);
          }).where.name == "n_heads");
}

TEST_CASE("DistilBERT: a head that was drawn goes along with the adapter, the layer before the "
          "classifier too") {
    const temporary_folder out;
    copy_without(reference(of_family("distilbert")), out.path / "base", "pre_classifier.");
    auto model = load<tuned, double>(out.path / "base", 0, 5);
    CHECK(model.drawn_head);
    REQUIRE(model.notices.size() == 1);
    CHECK(model.notices[0].text == "not in the checkpoint, to be drawn from the seed: "
                                   "pre_classifier.weight, pre_classifier.bias");
    save_adapter(model, out.path / "lora", {"a", "b", "c"});
    const json config = read_json(out.path / "lora/adapter_config.json", 1 << 16);
    CHECK(config.find("modules_to_save")->write() ==
          R"(["classifier","score"])"); // to PEFT "pre_classifier" ends in "classifier"
    auto again = load<tuned, double>(out.path / "base", 0, 6);
    load_adapter(again, out.path / "lora");
    const auto was = model.weight("pre_classifier.weight").values,
               is = again.weight("pre_classifier.weight").values;
    for (std::size_t i = 0; i < was.size(); ++i)
        CHECK(static_cast<float>(was[i]) == static_cast<float>(is[i]));
}

TEST_CASE("DistilBERT: bottlenecks stand where the adapters library has them") {
    auto model =
        load<adapt<small, houlsby<reduction<4>>, on<"**.attention_norm", "**.output_norm">>>(
            reference(of_family("distilbert")));
    const temporary_folder out;
    save_adapter(model, out.path / "houlsby", {"a", "b", "c"});
    const safetensors_file inside(out.path / "houlsby/adapter.safetensors"),
        head(out.path / "houlsby/model_head.safetensors");
    CHECK(inside.tensors().size() == 16);
    CHECK(inside.find("distilbert.transformer.layer.1.attention_adapters.adapters.houlsby.adapter_"
                      "down.0.weight"));
    CHECK(inside.find(
        "distilbert.transformer.layer.0.output_adapters.adapters.houlsby.adapter_up.bias"));
    CHECK(head.tensors().size() == 4);
    CHECK(head.find("pre_classifier.weight"));
    CHECK(read_json(out.path / "houlsby/adapter_config.json", 1 << 16)
              .find("model_class")
              ->string() == "DistilBertForSequenceClassification");
    auto again =
        load<adapt<small, houlsby<reduction<4>>, on<"**.attention_norm", "**.output_norm">>>(
            reference(of_family("distilbert")));
    CHECK(load_adapter(again, out.path / "houlsby") == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("DistilBERT: a new head is drawn in place of what is there, the layer before the "
          "classifier too") {
    const auto names = names_of<small>();
    CHECK(names.rules().anew.empty());
    CHECK(names.rules(true).anew == std::vector<std::string>{"pre_classifier.", "classifier."});
    const auto kept = load<small>(reference(of_family("distilbert")));
    const auto drawn = load<small>(reference(of_family("distilbert")), 0, 5, true);
    CHECK((drawn.drawn_head && !drawn.drawn_pooler && !kept.drawn_head));
    CHECK(drawn.weight("classifier.weight").values[0] != kept.weight("classifier.weight").values[0]);
}
