#include "test.hpp"
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include <hone/checkpoint/config.hpp>
#include <hone/model/bert.hpp>

namespace {

hone::model_config parsed(const std::string& fields) {
    return hone::parse_config(hone::parse_json("{\"model_type\":\"bert\"" + (fields.empty() ? "" : "," + fields) + "}", ""),
                              "config.json", hone::bert_family.config);
}

struct bad {
    const char *fields, *code, *name, *expected, *found;
};

void check_rejected(const std::vector<bad>& rows) {
    for (const auto& row : rows) {
        const auto e = caught([&] { (void)parsed(row.fields); });
        INFO(row.fields << " " << e.what());
        CHECK(e.code == row.code);
        CHECK(e.where.file == "config.json");
        CHECK(e.where.name == row.name);
        CHECK(e.expected == row.expected);
        CHECK(e.found == row.found);
    }
}

} // namespace

TEST_CASE("config: what is missing has the family's default") {
    const auto c = parsed("");
    CHECK((c.vocab_size == 30522 && c.hidden_size == 768 && c.num_hidden_layers == 12 && c.num_attention_heads == 12 &&
           c.intermediate_size == 3072));
    CHECK((c.max_position_embeddings == 512 && c.type_vocab_size == 2 && c.hidden_act == "gelu" && c.layer_norm_eps == 1e-12));
    CHECK((c.hidden_dropout_prob == 0.1 && c.attention_probs_dropout_prob == 0.1 && c.initializer_range == 0.02));
    CHECK((c.pad_token_id == 0 && !c.classifier_dropout && c.labels.empty() && !c.num_labels && c.notices.empty()));
}

TEST_CASE("config: what is there is read") {
    const auto c = parsed(
        R"("vocab_size":30,"hidden_size":8,"num_hidden_layers":1,"num_attention_heads":2,"intermediate_size":16,
        "max_position_embeddings":9,
        "type_vocab_size":1,"hidden_act":"gelu_new","layer_norm_eps":1e-5,"hidden_dropout_prob":0,"attention_probs_dropout_prob":0.25,
        "initializer_range":0,"classifier_dropout":0.5,"pad_token_id":29,"bos_token_id":null,"eos_token_id":[1,2],
        "id2label":{"1":"b","0":"a"},
        "label2id":{"b":1,"a":0},"num_labels":2,
        "tie_word_embeddings":true,"torch_dtype":"float32")");
    CHECK(
        (c.vocab_size == 30 && c.hidden_size == 8 && c.num_hidden_layers == 1 && c.num_attention_heads == 2 && c.intermediate_size == 16));
    CHECK((c.max_position_embeddings == 9 && c.type_vocab_size == 1 && c.hidden_act == "gelu_new" && c.layer_norm_eps == 1e-5));
    CHECK(
        (c.hidden_dropout_prob == 0 && c.attention_probs_dropout_prob == 0.25 && c.initializer_range == 0 && c.classifier_dropout == 0.5));
    CHECK((c.pad_token_id == 29 && c.labels == std::vector<std::string>{"a", "b"} && c.num_labels == 2 && c.notices.empty()));
    CHECK_FALSE(parsed("\"pad_token_id\":null,\"classifier_dropout\":null").pad_token_id);
    CHECK(parsed("\"vocab_size\":1,\"max_position_embeddings\":1,\"num_hidden_layers\":16777216").vocab_size == 1);
}

TEST_CASE("config: the document") {
    const auto rejected = [](const char* text, const char* code, const char* name, const char* expected, const char* found) {
        const auto e = caught([&] { (void)hone::parse_config(hone::parse_json(text, "config.json"), "config.json", hone::bert_family.config); });
        CHECK(e.code == code);
        CHECK(e.where.name == name);
        CHECK(e.expected == expected);
        CHECK(e.found == found);
    };
    rejected("", "json.empty", "", "a JSON value", "nothing");
    rejected("[]", "json.wrong_type", "", "an object", "an array");
    rejected("\"bert\"", "json.wrong_type", "", "an object", "string \"bert\"");
    rejected("{}", "json.missing", "model_type", "a field \"model_type\"", "none");
    rejected("{\"model_type\":\"gpt2\"}", "config.model_type", "model_type", "\"bert\"", "string \"gpt2\"");
    rejected("{\"model_type\":1}", "json.wrong_type", "model_type", "a string", "integer 1");
    rejected("{\"model_type\":\"bert\",\"hidden_dropout_prob\":NaN}", "json.syntax", "", "a value", "\"NaN\"");
    const temporary_folder folder;
    CHECK(caught([&] { (void)hone::read_config(folder.path / "config.json", hone::bert_family.config); }).code == "file.not_found");
    const auto spaces = caught([&] { (void)hone::read_config(folder.put("config.json", std::string((16 << 20) + 1, ' ')), hone::bert_family.config); });
    CHECK(spaces.code == "file.too_large");
    CHECK(spaces.expected == "at most 16777216 bytes");
    CHECK(hone::read_config(folder.put("config.json", "{\"model_type\":\"bert\",\"hidden_size\":36}"), hone::bert_family.config).hidden_size == 36);
}

TEST_CASE("config: every number has a type and a range") {
    for (const char* field : {"vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
                              "max_position_embeddings", "type_vocab_size", "num_labels"}) {
        const auto with = [&](const char* value) { return "\"" + std::string(field) + "\":" + value; };
        for (const auto& [value, found] :
             {std::pair{"0", "0"}, {"-1", "-1"}, {"16777217", "16777217"}, {"18446744073709551615", "18446744073709551615"}})
            check_rejected({{with(value).c_str(), "json.out_of_range", field, "1 to 16777216", found}});
        for (const auto& [value, found] : {std::pair{"1e3", "number 1000.0"},
                                           {"12.0", "number 12.0"},
                                           {"\"12\"", "string \"12\""},
                                           {"true", "true"},
                                           {"[12]", "an array"}})
            check_rejected({{with(value).c_str(), "json.wrong_type", field, "an integer", found}});
    }
    check_rejected({{"\"vocab_size\":null", "json.wrong_type", "vocab_size", "an integer", "null"}});
    for (const char* field : {"hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"}) {
        const auto with = [&](const char* value) { return "\"" + std::string(field) + "\":" + value; };
        for (const auto& [value, found] :
             {std::pair{"-0.1", "number -0.1"}, {"1.0001", "number 1.0001"}, {"1.5", "number 1.5"}, {"2", "integer 2"}})
            check_rejected({{with(value).c_str(), "config.out_of_range", field, "0 to 1", found}});
        CHECK(parsed(with("1.0")).notices.empty()); // PyTorch drops all then, in training alone
        check_rejected({{with("\"0.1\"").c_str(), "json.wrong_type", field, "a number", "string \"0.1\""}});
    }
    check_rejected({
        {"\"hidden_dropout_prob\":null", "json.wrong_type", "hidden_dropout_prob", "a number", "null"},
        {"\"layer_norm_eps\":0", "config.out_of_range", "layer_norm_eps", "above 0", "integer 0"},
        {"\"layer_norm_eps\":-1e-5", "config.out_of_range", "layer_norm_eps", "above 0", "number -1e-05"},
        {"\"initializer_range\":-0.02", "config.out_of_range", "initializer_range", "at least 0", "number -0.02"},
        {"\"num_attention_heads\":7", "config.heads", "num_attention_heads", "a divisor of hidden_size 768", "7"},
        {"\"hidden_size\":8", "config.heads", "num_attention_heads", "a divisor of hidden_size 8", "12"},
        {"\"hidden_act\":1", "json.wrong_type", "hidden_act", "a string", "integer 1"},
        {"\"tie_word_embeddings\":\"true\"", "json.wrong_type", "tie_word_embeddings", "true or false", "string \"true\""},
        {"\"pad_token_id\":[0]", "json.wrong_type", "pad_token_id", "an integer", "an array"},
        {"\"eos_token_id\":\"x\"", "json.wrong_type", "eos_token_id", "an integer", "string \"x\""},
        {"\"eos_token_id\":[1,1.5]", "json.wrong_type", "eos_token_id[1]", "an integer", "number 1.5"},
    });
    for (const char* unused : {"\"pad_token_id\":-1", "\"pad_token_id\":30522", "\"bos_token_id\":99999", "\"eos_token_id\":[1,-2,30522]"})
        CHECK(parsed(unused).notices.empty()); // special ids that the family never uses
}

TEST_CASE("config: labels are read as transformers reads them, and what is odd is said") {
    const auto said = [](const std::string& fields) {
        std::string all;
        for (const auto& n : parsed(fields).notices) all += n.code + "|" + n.text + ";";
        return all;
    };
    using names = std::vector<std::string>;
    const auto key = [](const std::string& k) { return "\"id2label\":{\"0\":\"a\",\"" + k + "\":\"b\"}"; };
    for (const char* k : {"x", "1.0", "", "+-1", "1x", "18446744073709551616"})
        check_rejected({{key(k).c_str(), "config.label_id", "id2label", "0 to 1", hone::in_quotes(std::string_view(k)).c_str()}});
    for (const char* k : {"1", "01", "+1", " 1 "})
        CHECK(parsed(key(k)).labels == names{"a", "b"});
    for (const char* k : {"2", "-1"}) { // transformers loads these, with a class that has no name
        CHECK(parsed(key(k)).labels == names{"a", "LABEL_1"});
        CHECK(said(key(k)) == "config.label_id|config.json: id2label has keys beyond its 2 labels, which are not used: \"" + std::string(k) +
                                  "\";config.label_id|config.json: id2label has no name for these: LABEL_1;");
    }
    check_rejected({
        {"\"id2label\":[\"a\"]", "json.wrong_type", "id2label", "an object", "an array"},
        {"\"id2label\":{\"0\":1.5}", "json.wrong_type", "id2label.0", "a string", "number 1.5"},
        {"\"id2label\":{\"0\":\"a\",\"1\":\"b\"},\"num_labels\":3", "config.num_labels", "num_labels", "2, as many as id2label has", "integer 3"},
    });
    CHECK(parsed("\"id2label\":{\"0\":0,\"1\":-7}").labels == names{"0", "-7"});
    CHECK(parsed("\"id2label\":{\"0\":null,\"1\":\"b\"}").labels == names{"LABEL_0", "b"});
    CHECK(parsed("\"id2label\":{\"0\":\"a\",\"1\":\"a\"}").labels == names{"a", "a"});
    CHECK(said("\"id2label\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"a\"}") == "config.label_twice|config.json: id2label has names that stand there twice: \"a\";");
    const std::string two = "\"id2label\":{\"0\":\"a\",\"1\":\"b\"},\"label2id\":";
    for (const char* same : {"{\"a\":0,\"b\":1}", "{\"b\":1,\"a\":0}", "{\"a\":\"0\",\"b\":\"1\"}", "null"})
        CHECK(said(two + same).empty());
    for (const char* stale : {"{\"a\":1,\"b\":0}", "{\"a\":0}", "{\"LABEL_0\":0,\"LABEL_1\":1}", "{\"a\":-1,\"b\":1}", "{\"a\":0,\"b\":2}", "[]", "{\"a\":0.0,\"b\":1.0}", "{\"a\":0,\"b\":\"x\"}"}) {
        CHECK(said(two + stale) == "config.label2id|config.json: label2id is not that of id2label, which counts;");
        CHECK(parsed(two + stale).labels == names{"a", "b"});
    }
    CHECK(said("\"label2id\":{\"a\":0}") == "config.label2id|config.json: label2id is not that of id2label, which counts;");
    CHECK(caught([] { (void)parsed("\"id2label\":{\"0\":\"a\",\"\\u0030\":\"b\"}"); }).code == "json.duplicate_key");
    CHECK(parsed("\"id2label\":null,\"label2id\":null,\"num_labels\":null").labels.empty());
    CHECK(parsed("\"num_labels\":4").num_labels == 4);
}

TEST_CASE("config: the number of labels is that of the names, or num_labels, or the two that published files leave out") {
    CHECK(parsed("").label_count() == 2);
    CHECK(parsed("\"num_labels\":5").label_count() == 5);
    CHECK(parsed("\"id2label\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\"}").label_count() == 3);
}

TEST_CASE("config: another computation is refused, code is never run, the unknown is kept") {
    check_rejected({
        {"\"quantization_config\":{\"bits\":4}", "config.not_supported", "quantization_config", "no such field", "an object"},
        {"\"text_config\":{}", "config.not_supported", "text_config", "no such field", "an object"},
        {"\"is_decoder\":true", "config.not_supported", "is_decoder", "false", "true"},
        {"\"is_decoder\":\"no\"", "json.wrong_type", "is_decoder", "true or false", "string \"no\""},
        {"\"add_cross_attention\":true", "config.not_supported", "add_cross_attention", "false", "true"},
        {"\"position_embedding_type\":\"relative_key\"", "config.not_supported", "position_embedding_type", "\"absolute\"",
         "string \"relative_key\""},
    });
    CHECK(parsed("\"quantization_config\":null,\"is_decoder\":false,\"position_embedding_type\":\"absolute\"").notices.empty());
    const auto c = parsed("\"auto_map\":{\"AutoModel\":\"evil.py\"},\"rope_theta\":1e4,\"attention_bias\":null,\"sliding_window\":-1");
    REQUIRE(c.notices.size() == 2);
    CHECK(c.notices[0].code == "config.code");
    CHECK(c.notices[0].text == "config.json: auto_map names code, which hone never runs");
    CHECK(c.notices[1].code == "config.unknown_fields");
    CHECK(c.notices[1].text == "config.json: kept, not used: \"rope_theta\", \"attention_bias\", \"sliding_window\"");
    CHECK(c.document.find("rope_theta") != nullptr);
}
