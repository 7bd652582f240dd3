// Files of tokenizers that are wrong, contradict themselves or ask for what this tokenizer does not do: each is refused, with code, place,
// expected and found. Many of them the reference takes, or dies of.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hone/tokens/wordpiece.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using hone::json;

namespace {

/// The smallest whole file.
json smallest() {
    return hone::parse_json(R"({"version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{"id": 1, "content": "[UNK]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}],
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "TemplateProcessing",
            "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
            "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
            "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "a": 4, "##b": 5}}})",
                            "smallest");
}

/// A JSON value as C++ writes it: {{"key", 1}, {"other", true}} is an object, {1, 2} an array.
struct literal {
    json value;
    literal(json made) : value(std::move(made)) {}
    template <class Scalar>
    requires std::constructible_from<json, Scalar> literal(Scalar scalar) : value(scalar) {}
    literal(std::initializer_list<literal> list) : value(json::array()) {
        json object = json::object();
        for (const auto& one : list) {
            value.append(one.value);
            if (one.value.is_array() && one.value.size() == 2 && one.value.values()[0].is_string())
                object.set(one.value.values()[0].string(), one.value.values()[1]);
        }
        if (object.size() == list.size())
            value = object;
    }
};
json added(int id, const char* content) {
    return literal{{"id", id}, {"content", content}, {"single_word", false}, {"lstrip", false}, {"rstrip", false}, {"normalized", false}, {"special", false}}.value;
}

/// What happens at a place of the file, written as in JSON patches (RFC 6902): put in (an object's field anew or in the old one's place, an
/// array's element before the one that was there), put in the old one's place, or left out.
enum class action { add, replace, remove };
struct change {
    action what;
    std::string pointer;
    json value;
};
change at(const char* pointer, literal value) { return {action::add, pointer, std::move(value.value)}; }
change over(const char* pointer, literal value) { return {action::replace, pointer, std::move(value.value)}; }
change without(const char* pointer) { return {action::remove, pointer, {}}; }

json changed(const json& from, std::string_view pointer, const change& by) {
    const auto end = std::min(pointer.find('/', 1), pointer.size());
    const std::string key(pointer.substr(1, end - 1));
    const auto rest = pointer.substr(end);
    json to = from.is_array() ? json::array() : json::object();
    bool there = false;
    const auto put = [&](const std::string& name, const json& value) { from.is_array() ? to.append(value) : to.set(name, value); };
    for (std::size_t i = 0; i < from.size(); ++i) {
        const std::string name = from.is_array() ? std::to_string(i) : from.keys()[i];
        const bool here = name == key;
        there = there || here;
        if (!here)
            put(name, from.values()[i]);
        else if (!rest.empty())
            put(name, changed(from.values()[i], rest, by));
        else if (by.what != action::remove)
            put(name, by.value);
        if (here && rest.empty() && by.what == action::add && from.is_array())
            to.append(from.values()[i]);
    }
    if (!there && (!rest.empty() || by.what != action::add))
        FAIL("nothing stands at " << by.pointer);
    if (!there)
        put(key, by.value);
    return to;
}

hone::wordpiece made(const std::vector<change>& changes) {
    json file = smallest();
    for (const auto& one : changes)
        file = changed(file, one.pointer, one);
    return hone::wordpiece(hone::read_tokenizer_json(file.write(), "t.json"));
}

struct refusal {
    std::vector<change> changes;
    const char *code, *name, *expected, *found;
};

void refused(const std::vector<refusal>& all) {
    for (const auto& one : all) {
        INFO(one.changes.front().pointer << ": " << one.changes.front().value.write());
        const auto e = caught([&] { made(one.changes); });
        CHECK(e.code == one.code);
        CHECK(e.where.file == "t.json");
        CHECK(e.where.name == one.name);
        CHECK(e.expected == one.expected);
        CHECK(e.found == one.found);
    }
}

} // namespace

TEST_CASE("the smallest file is whole") {
    const auto tokenizer = made({});
    CHECK(tokenizer.encode("ab A c") == std::vector<std::int32_t>{2, 4, 5, 4, 1, 3});
    CHECK(tokenizer.decode(tokenizer.encode("ab a")) == "[CLS] ab a [SEP]"); // they are not listed as special here
}

TEST_CASE("what this tokenizer does not do is refused by name") {
    refused({
        {{at("/version", "2.0")}, "tokens.unsupported", "version", "\"1.0\"", "string \"2.0\""},
        {{at("/model/type", "BPE")}, "tokens.unsupported", "model.type", "\"WordPiece\"", "string \"BPE\""},
        {{at("/model/type", "Unigram")}, "tokens.unsupported", "model.type", "\"WordPiece\"", "string \"Unigram\""},
        {{at("/normalizer/type", "NFKC")}, "tokens.unsupported", "normalizer.type", "\"BertNormalizer\"", "string \"NFKC\""},
        {{at("/normalizer", {{"type", "Sequence"}, {"normalizers", json::array()}})}, "tokens.unsupported", "normalizer.type", "\"BertNormalizer\"", "string \"Sequence\""},
        {{at("/pre_tokenizer", nullptr)}, "tokens.unsupported", "pre_tokenizer", "\"BertPreTokenizer\"", "null"},
        {{at("/pre_tokenizer", {{"type", "Split"}, {"pattern", {{"Regex", "(a+)+$"}}}, {"behavior", "Isolated"}, {"invert", false}})},
         "tokens.unsupported", "pre_tokenizer.type", "\"BertPreTokenizer\"", "string \"Split\""},
        {{at("/post_processor", {{"type", "RobertaProcessing"}})}, "tokens.unsupported", "post_processor.type", "\"TemplateProcessing\"", "string \"RobertaProcessing\""},
        {{at("/decoder", {{"type", "Strip"}, {"content", " "}, {"start", 99}, {"stop", 0}})}, "tokens.unsupported", "decoder.type", "\"WordPiece\"", "string \"Strip\""},
        {{at("/post_processor/single/1/Sequence/type_id", 2)}, "tokens.unsupported", "post_processor.single[1].Sequence.type_id", "0", "integer 2"},
        {{at("/colour", 1)}, "tokens.unsupported", "colour",
         "\"version\", \"truncation\", \"padding\", \"added_tokens\", \"normalizer\", \"pre_tokenizer\", \"post_processor\", \"decoder\", \"model\"", "integer 1"},
        {{at("/normalizer/nfkc", true)}, "tokens.unsupported", "normalizer.nfkc",
         "\"type\", \"clean_text\", \"handle_chinese_chars\", \"strip_accents\", \"lowercase\"", "true"},
        {{at("/pre_tokenizer/pattern", "x")}, "tokens.unsupported", "pre_tokenizer.pattern", "\"type\"", "string \"x\""},
        {{at("/model/dropout", 0.1)}, "tokens.unsupported", "model.dropout",
         "\"type\", \"unk_token\", \"continuing_subword_prefix\", \"max_input_chars_per_word\", \"vocab\"", "number 0.1"},
    });
}

TEST_CASE("ids and words must agree") {
    refused({
        {{at("/model/vocab/a", 5)}, "tokens.duplicate_id", "model.vocab.##b", "an id that \"a\" does not have", "integer 5"},
        {{at("/model/vocab/a", 6)}, "tokens.id_range", "model.vocab.a", "0 to 5", "integer 6"},
        {{at("/model/vocab/a", 2147483648)}, "tokens.id_range", "model.vocab.a", "0 to 5", "integer 2147483648"},
        {{at("/model/vocab/a", 4000000000)}, "tokens.id_range", "model.vocab.a", "0 to 5", "integer 4000000000"},
        {{at("/model/vocab/a", 18446744073709551615u)}, "json.out_of_range", "model.vocab.a", "0 to 9223372036854775807", "18446744073709551615"},
        {{at("/model/vocab/a", -1)}, "json.out_of_range", "model.vocab.a", "0 to 9223372036854775807", "-1"},
        {{at("/model/vocab/a", 4.0)}, "json.wrong_type", "model.vocab.a", "an integer", "number 4.0"},
        {{at("/model/vocab/a", "4")}, "json.wrong_type", "model.vocab.a", "an integer", "string \"4\""},
        {{at("/model/unk_token", "[unk]")}, "tokens.missing_token", "model.unk_token", "a word of model.vocab", "\"[unk]\""},
        {{at("/model/vocab", json::object())}, "tokens.missing_token", "model.unk_token", "a word of model.vocab", "\"[UNK]\""},
        {{at("/model/unk_token", "<new>"), at("/added_tokens/1", added(6, "<new>"))}, "tokens.missing_token", "model.unk_token", "a word of model.vocab", "\"<new>\""},
        {{at("/model/max_input_chars_per_word", -1)}, "json.out_of_range", "model.max_input_chars_per_word", "0 to 9223372036854775807", "-1"},
    });
}

TEST_CASE("added tokens must agree with the vocabulary and each other") {
    refused({
        {{at("/added_tokens/0/id", 2)}, "tokens.added_id", "added_tokens[0].id", "1, the id of \"[UNK]\"", "integer 2"},
        {{at("/added_tokens/1", added(4, "<x>"))}, "tokens.added_id", "added_tokens[1].id", "6, the next free one", "integer 4"},
        {{at("/added_tokens/1", added(4000000, "<x>"))}, "tokens.added_id", "added_tokens[1].id", "6, the next free one", "integer 4000000"},
        {{at("/added_tokens/1", added(6, "<x>")), at("/added_tokens/2", added(6, "<x>"))}, "tokens.duplicate_token", "added_tokens[2].content", "a token of its own",
         "string \"<x>\""},
        {{at("/added_tokens/1", added(6, "X!")), at("/added_tokens/2", added(7, "x!")), at("/added_tokens/1/normalized", true), at("/added_tokens/2/normalized", true)},
         "tokens.duplicate_token", "added_tokens[2].content", "a token of its own", "string \"x!\""},
        {{at("/added_tokens/1", added(6, ""))}, "tokens.empty_token", "added_tokens[1].content", "at least one character", "string \"\""},
        {{at("/added_tokens/1", added(6, "\u0301")), at("/added_tokens/1/normalized", true)}, "tokens.empty_token", "added_tokens[1].content", "at least one character",
         "string \"\u0301\""},
        {{at("/added_tokens/1", added(6, "<x>")), without("/added_tokens/1/lstrip")}, "json.missing", "added_tokens[1].lstrip", "a field \"lstrip\"", "none"},
        {{at("/added_tokens/0/id", -1)}, "json.out_of_range", "added_tokens[0].id", "0 to 9223372036854775807", "-1"},
    });
}

TEST_CASE("a template puts in words that exist, around one text") {
    const literal piece = {{"SpecialToken", {{"id", "[NEW]"}, {"type_id", 0}}}};
    json many = json::array();
    for (int i = 0; i < 65; ++i)
        many.append(literal{{"SpecialToken", {{"id", "[CLS]"}, {"type_id", 0}}}}.value);
    refused({
        {{at("/post_processor/single/0", piece)}, "tokens.template", "post_processor.single[0].SpecialToken.id", "a key of post_processor.special_tokens",
         "string \"[NEW]\""},
        {{at("/post_processor/pair/0", piece)}, "tokens.template", "post_processor.pair[0].SpecialToken.id", "a key of post_processor.special_tokens", "string \"[NEW]\""},
        {{over("/post_processor/special_tokens/[CLS]/ids/0", 999999)}, "tokens.special_id", "post_processor.special_tokens.[CLS].ids[0]", "2, the id of \"[CLS]\"",
         "integer 999999"},
        {{over("/post_processor/special_tokens/[CLS]/tokens/0", "[NEW]")}, "tokens.missing_token", "post_processor.special_tokens.[CLS].tokens[0]",
         "a word of model.vocab or added_tokens", "string \"[NEW]\""},
        {{at("/post_processor/special_tokens/[CLS]/ids", {2, 2})}, "tokens.template", "post_processor.special_tokens.[CLS].ids", "1", "an array"},
        {{at("/post_processor/single/1/Sequence/id", "B")}, "tokens.template", "post_processor.single[1].Sequence.id", "\"A\", once", "string \"B\""},
        {{at("/post_processor/single/0", {{"Sequence", {{"id", "A"}, {"type_id", 0}}}})}, "tokens.template", "post_processor.single[2].Sequence.id", "\"A\", once",
         "string \"A\""},
        {{without("/post_processor/single/1")}, "tokens.template", "post_processor.single", "\"A\"", "an array"},
        {{without("/post_processor/pair/2")}, "tokens.template", "post_processor.pair", "\"A\" and \"B\"", "an array"},
        {{at("/post_processor/single/0", json::object())}, "tokens.template", "post_processor.single[0]", "\"SpecialToken\" or \"Sequence\"", "an object"},
        {{at("/post_processor/single/0", {{"Word", 1}})}, "tokens.unsupported", "post_processor.single[0].Word", "\"SpecialToken\", \"Sequence\"", "integer 1"},
        {{at("/post_processor", {{"type", "BertProcessing"}, {"sep", {"[SEP]", 2}}, {"cls", {"[CLS]", 2}}})}, "tokens.special_id", "post_processor.sep[1]",
         "3, the id of \"[SEP]\"", "integer 2"},
        {{at("/post_processor", {{"type", "BertProcessing"}, {"sep", {"[SEP]"}}, {"cls", {"[CLS]", 2}}})}, "tokens.template", "post_processor.sep", "a word and its id",
         "an array"},
        {{at("/post_processor/single", many)}, "tokens.template", "post_processor.single",
         "at most 64", "an array"},
    });
}

TEST_CASE("every field is asked for its type, and those that must be there for being there") {
    const json wrong = literal{{"an object", "x"}, {"an array", "x"}, {"a string", 1}, {"true or false", 1}, {"an integer", "x"}}.value;
    struct field {
        const char *pointer, *name, *type;
        bool needed;
    };
    for (const auto& one : std::vector<field>{
             {"/version", "version", "a string", false},
             {"/truncation", "truncation", "an object", false},
             {"/padding", "padding", "an object", false},
             {"/added_tokens", "added_tokens", "an array", false},
             {"/added_tokens/0", "added_tokens[0]", "an object", false},
             {"/added_tokens/0/id", "added_tokens[0].id", "an integer", true},
             {"/added_tokens/0/content", "added_tokens[0].content", "a string", true},
             {"/added_tokens/0/single_word", "added_tokens[0].single_word", "true or false", true},
             {"/added_tokens/0/lstrip", "added_tokens[0].lstrip", "true or false", true},
             {"/added_tokens/0/rstrip", "added_tokens[0].rstrip", "true or false", true},
             {"/added_tokens/0/normalized", "added_tokens[0].normalized", "true or false", true},
             {"/added_tokens/0/special", "added_tokens[0].special", "true or false", true},
             {"/normalizer", "normalizer", "an object", false},
             {"/normalizer/type", "normalizer.type", "a string", true},
             {"/normalizer/clean_text", "normalizer.clean_text", "true or false", true},
             {"/normalizer/handle_chinese_chars", "normalizer.handle_chinese_chars", "true or false", true},
             {"/normalizer/strip_accents", "normalizer.strip_accents", "true or false", false},
             {"/normalizer/lowercase", "normalizer.lowercase", "true or false", true},
             {"/pre_tokenizer", "pre_tokenizer", "an object", true},
             {"/pre_tokenizer/type", "pre_tokenizer.type", "a string", true},
             {"/post_processor", "post_processor", "an object", false},
             {"/post_processor/type", "post_processor.type", "a string", true},
             {"/post_processor/single", "post_processor.single", "an array", true},
             {"/post_processor/single/1", "post_processor.single[1]", "an object", false},
             {"/post_processor/single/1/Sequence", "post_processor.single[1].Sequence", "an object", false},
             {"/post_processor/single/1/Sequence/id", "post_processor.single[1].Sequence.id", "a string", true},
             {"/post_processor/single/1/Sequence/type_id", "post_processor.single[1].Sequence.type_id", "an integer", true},
             {"/post_processor/pair", "post_processor.pair", "an array", true},
             {"/post_processor/special_tokens", "post_processor.special_tokens", "an object", true},
             {"/post_processor/special_tokens/[CLS]", "post_processor.special_tokens.[CLS]", "an object", false},
             {"/post_processor/special_tokens/[CLS]/ids", "post_processor.special_tokens.[CLS].ids", "an array", true},
             {"/post_processor/special_tokens/[CLS]/tokens", "post_processor.special_tokens.[CLS].tokens", "an array", true},
             {"/post_processor/special_tokens/[CLS]/ids/0", "post_processor.special_tokens.[CLS].ids[0]", "an integer", false},
             {"/post_processor/special_tokens/[CLS]/tokens/0", "post_processor.special_tokens.[CLS].tokens[0]", "a string", false},
             {"/decoder", "decoder", "an object", false},
             {"/decoder/type", "decoder.type", "a string", true},
             {"/decoder/prefix", "decoder.prefix", "a string", true},
             {"/decoder/cleanup", "decoder.cleanup", "true or false", true},
             {"/model", "model", "an object", true},
             {"/model/type", "model.type", "a string", false},
             {"/model/unk_token", "model.unk_token", "a string", true},
             {"/model/continuing_subword_prefix", "model.continuing_subword_prefix", "a string", true},
             {"/model/max_input_chars_per_word", "model.max_input_chars_per_word", "an integer", true},
             {"/model/vocab", "model.vocab", "an object", true},
         }) {
        const auto& value = *wrong.find(one.type);
        refused({{{over(one.pointer, value)}, "json.wrong_type", one.name, one.type, value.is_string() ? "string \"x\"" : "integer 1"}});
        if (one.needed) {
            const auto e = caught([&] { made({without(one.pointer)}); });
            INFO(one.pointer);
            CHECK(e.code == "json.missing");
            CHECK(e.where.name == one.name);
        }
    }
}

TEST_CASE("JSON that is none is refused with its place") {
    const auto text = smallest().write();
    const auto e = caught([&] { hone::read_tokenizer_json(text.substr(0, 100), "t.json"); });
    CHECK(e.code == "json.syntax");
    CHECK(e.where.byte == 100);
    auto twice = text;
    twice.replace(twice.find("\"##b\""), 5, "\"\\u0061\"");
    const auto duplicate = caught([&] { hone::read_tokenizer_json(twice, "t.json"); });
    CHECK(duplicate.code == "json.duplicate_key");
    CHECK(duplicate.where.name == "a");
    const auto root = caught([&] { hone::read_tokenizer_json("[]", "t.json"); });
    CHECK(root.code == "json.wrong_type");
    CHECK(root.expected == "an object");
    CHECK(root.found == "an array");
    const auto nested = caught([&] { hone::read_tokenizer_json(std::string(1000, '['), "t.json"); });
    CHECK(nested.code == "json.too_deep");
}

TEST_CASE("what is odd and still means something is read") {
    CHECK(made({without("/model/type")}).encode("ab") == made({}).encode("ab")); // as files of 2020
    CHECK(made({without("/version")}).encode("ab") == made({}).encode("ab"));
    CHECK(made({at("/post_processor", nullptr)}).encode("ab") == std::vector<std::int32_t>{4, 5});
    CHECK(made({at("/post_processor", nullptr)}).encode("ab", 0).empty());
    CHECK(made({at("/post_processor", nullptr)}).cls() == -1);
    CHECK(made({at("/normalizer", nullptr)}).encode("A") == std::vector<std::int32_t>{2, 1, 3});
    CHECK(made({at("/model/max_input_chars_per_word", 0)}).encode("a") == std::vector<std::int32_t>{2, 1, 3});
    CHECK(made({at("/model/max_input_chars_per_word", 1)}).encode("a ab") == std::vector<std::int32_t>{2, 4, 1, 3});
    CHECK(made({at("/model/continuing_subword_prefix", "@@")}).encode("ab a") == std::vector<std::int32_t>{2, 1, 4, 3}); // no piece has the prefix
    CHECK(made({at("/model/vocab/##", 6)}).encode("a ##") == std::vector<std::int32_t>{2, 4, 1, 1, 3});                   // a prefix alone continues nothing
    CHECK(made({at("/model/vocab/", 6)}).encode("a") == std::vector<std::int32_t>{2, 4, 3}); // patches the vocabulary with an empty word
    CHECK(made({at("/post_processor/special_tokens/[CLS]/ids", {2, 4}), at("/post_processor/special_tokens/[CLS]/tokens", {"[CLS]", "a"})}).encode("") ==
          std::vector<std::int32_t>{2, 4, 3});
    CHECK(made({at("/truncation", {{"direction", "Right"}, {"max_length", 1}, {"strategy", "LongestFirst"}, {"stride", 5}})}).encode("a a a").size() == 5);
}
