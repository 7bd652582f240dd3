#include "test.hpp"
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/config_fields.hpp>
#include <hone/model/bert.hpp>

namespace {

hone::model_config parsed(const std::string& fields) {
    return hone::parse_config(hone::parse_json("{\"model_type\":\"bert\"," + fields + "}", ""), "config.json", hone::bert_family.config);
}

constexpr hone::saved_as classifier{"BertForSequenceClassification", "single_label_classification"};

} // namespace

TEST_CASE("one error lists every field that differs, with both values") {
    const auto c = parsed("\"hidden_size\":384,\"layer_norm_eps\":1e-5,\"extra\":\"x\"");
    const std::vector<hone::expected_field> expected = {
        {"hidden_size", 768}, {"num_hidden_layers", 12},         {"layer_norm_eps", 1e-12}, {"hidden_act", "relu"}, {"extra", "x"},
        {"absent", 1},        {"max_position_embeddings", 512.0}};
    const auto e = caught([&] { hone::require_fields(c, expected); });
    CHECK(e.code == "config.does_not_fit");
    CHECK(e.where.file == "config.json");
    CHECK(e.problem == "the config does not fit the compiled model:\n  hidden_size: the model has 768, the file 384\n"
                       "  layer_norm_eps: the model has 1e-12, the file 1e-05\n  hidden_act: the model has \"relu\", the file \"gelu\"\n"
                       "  absent: the model has 1, the file null\n ");
    CHECK(e.expected == "7 equal fields");
    CHECK(e.found == "4 that differ");
    hone::require_fields(c, std::vector<hone::expected_field>{{"hidden_size", 384}, {"vocab_size", 30522}});
}

TEST_CASE("a written config keeps what was read and says what is new") {
    const auto c = parsed(
        "\"z\":[1],\"architectures\":[\"BertModel\"],\"classifier_dropout\":null,\"torch_dtype\":\"float16\",\"id2label\":{\"0\":\"old\"},"
        "\"problem_type\":\"regression\",\"hidden_dropout_prob\":0.1");
    const temporary_folder folder;
    const std::vector<std::string> labels = {"yes", "no \"q\"", "\xC3\xA9"};
    hone::write_config(folder.path / "config.json", c, labels, classifier);
    CHECK(content_of(folder.path / "config.json") == R"({
  "model_type": "bert",
  "z": [
    1
  ],
  "architectures": [
    "BertForSequenceClassification"
  ],
  "classifier_dropout": null,
  "torch_dtype": "float32",
  "id2label": {
    "0": "yes",
    "1": "no \"q\"",
    "2": ")"
                                                     "\xC3\xA9"
                                                     R"("
  },
  "problem_type": "single_label_classification",
  "hidden_dropout_prob": 0.1,
  "label2id": {
    "yes": 0,
    "no \"q\"": 1,
    ")"
                                                     "\xC3\xA9"
                                                     R"(": 2
  },
  "num_labels": 3
}
)");
    const auto again = hone::read_config(folder.path / "config.json", hone::bert_family.config);
    CHECK((again.labels == labels && again.num_labels == 3));
}

TEST_CASE("labels that no file can hold are refused, and the old file stays") {
    const temporary_folder folder;
    const auto path = folder.put("config.json", "old");
    const auto rejected = [&](const std::vector<std::string>& labels, const char* code, const char* expected, const char* found) {
        const auto e = caught([&] { hone::write_config(path, parsed("\"z\":1"), labels, classifier); });
        CHECK(e.code == code);
        CHECK(e.where.file == path.string());
        CHECK(e.expected == expected);
        CHECK(e.found == found);
        CHECK(content_of(path) == "old");
    };
    rejected({}, "config.labels", "at least one, all different", "0, 0 different");
    rejected({"a", "b", "a"}, "config.labels", "at least one, all different", "3, 2 different");
    rejected({"\xFF"}, "config.not_utf8", "UTF-8", "other bytes");
}
