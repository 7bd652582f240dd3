// Two settings of one thing: which of a folder's files counts. The ids are those of Python's transformers 5.24 on the same folders.
// SPDX-License-Identifier: Apache-2.0
#include <hone/tokens/wordpiece.hpp>

#include "data/caught.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using ids = std::vector<std::int32_t>;

namespace {

const std::vector<std::string> words = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "hello", "Hello", "cafe", "caf\xC3\xA9", "\xE6\x97\xA5", "\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC", "a", "b", "c"};

/// A folder of a tokenizer.json that lower-cases or not, and other files.
struct folder : temporary_folder {
    explicit folder(const std::string& config, bool lower = true, const std::string& added = "") {
        std::string vocabulary, special;
        for (std::size_t i = 0; i < words.size(); ++i) vocabulary += (i ? ",\"" : "\"") + words[i] + "\":" + std::to_string(i);
        for (int i = 0; i < 5; ++i)
            special += std::string(i ? "," : "") + "{\"id\":" + std::to_string(i) + ",\"content\":\"" + words[static_cast<std::size_t>(i)] +
                       "\",\"single_word\":false,\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}";
        put("tokenizer.json", "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\"added_tokens\":[" + special + added +
                                  "],\"normalizer\":{\"type\":\"BertNormalizer\",\"clean_text\":true,\"handle_chinese_chars\":true,\"strip_accents\":null,\"lowercase\":" + (lower ? "true" : "false") +
                                  "},\"pre_tokenizer\":{\"type\":\"BertPreTokenizer\"},\"post_processor\":{\"type\":\"BertProcessing\",\"sep\":[\"[SEP]\",3],\"cls\":[\"[CLS]\",2]},"
                                  "\"decoder\":null,\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"continuing_subword_prefix\":\"##\",\"max_input_chars_per_word\":100,\"vocab\":{" +
                                  vocabulary + "}}}");
        if (!config.empty()) put("tokenizer_config.json", config);
    }
    ids of(const std::string& text, std::size_t limit = 512) const { return hone::wordpiece(path).encode(text, limit); }
    std::string refusal() const {
        const auto e = caught([&] { (void)hone::wordpiece(path); });
        return e.code + " " + e.where.name;
    }
};
const std::string text = "Hello caf\xC3\xA9 \xE6\x97\xA5\xE6\x9C\xAC";
const ids lower{2, 5, 7, 9, 10, 3}, cased{2, 6, 8, 9, 10, 3};

} // namespace

TEST_CASE("tokenizer_config.json settles case, accents and Chinese characters, whatever tokenizer.json says") {
    for (const bool in_json : {true, false}) {
        CHECK(folder(R"({"tokenizer_class":"BertTokenizer","do_lower_case":false})", in_json).of(text) == cased);
        CHECK(folder(R"({"tokenizer_class":"BertTokenizerFast","do_lower_case":true})", in_json).of(text) == lower);
        CHECK(folder(R"({"tokenizer_class":"BertTokenizer"})", in_json).of(text) == lower); // the class's own default
        CHECK(folder("{}", in_json).of(text) == lower);
        CHECK(folder(R"({"do_lower_case":true,"strip_accents":false})", in_json).of(text) == ids{2, 5, 8, 9, 10, 3});
        CHECK(folder(R"({"do_lower_case":true,"strip_accents":null,"tokenize_chinese_chars":false})", in_json).of(text) == ids{2, 5, 7, 11, 3});
        CHECK(folder(R"({"tokenizer_class":"PreTrainedTokenizerFast","do_lower_case":true})", in_json).of(text) == (in_json ? lower : cased));
        CHECK(folder("", in_json).of(text) == (in_json ? lower : cased)); // tokenizer.json alone
    }
}

TEST_CASE("what a folder leaves to a default is written beside it when it is saved") {
    const folder alone("", false);
    const hone::wordpiece tokenizer(alone.path);
    const auto& files = tokenizer.files();
    REQUIRE(files.size() == 2);
    CHECK(files[1].name == "tokenizer_config.json");
    const folder again(files[1].bytes, false);
    CHECK(again.of(text) == cased);
    CHECK(hone::wordpiece(again.path).files().size() == 2);
}

TEST_CASE("added and special tokens are those of tokenizer_config.json, where it lists them") {
    const std::string extra = R"(,{"id":15,"content":"xyz","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":false})";
    CHECK(folder("{}", true, extra).of("a xyz b") == ids{2, 12, 15, 13, 3});
    CHECK(folder(R"({"added_tokens_decoder":{}})", true, extra).of("a xyz b [MASK]") == ids{2, 12, 1, 13, 4, 3});
    CHECK(folder(R"({"added_tokens_decoder":{"15":{"content":"qq"}}})").of("a qq b xyz") == ids{2, 12, 15, 13, 1, 3});
    CHECK(folder(R"({"added_tokens_decoder":{"6":{"content":"Hello","normalized":false}}})").of("Hello hello") == ids{2, 6, 5, 3});
    CHECK(folder(R"({"extra_special_tokens":["qq"]})").of("a qq") == ids{2, 12, 15, 3});
    CHECK(folder(R"({"additional_special_tokens":[{"content":"qq"}]})").of("a qq") == ids{2, 12, 15, 3});
    CHECK(folder(R"({"cls_token":"[MASK]","sep_token":{"content":"[PAD]"}})").of("a") == ids{4, 12, 0});
    CHECK(folder(R"({"unk_token":"b"})").of("zz") == ids{2, 13, 3});
    {
        const folder legacy("{}");
        legacy.put("added_tokens.json", R"({"qq":15})");
        legacy.put("special_tokens_map.json", R"({"cls_token":"[MASK]"})");
        CHECK(legacy.of("a qq") == ids{4, 12, 15, 3});
    }
    CHECK(folder(R"({"cls_token":"<s>"})").refusal() == "tokens.missing_token cls_token");
    CHECK(folder(R"({"added_tokens_decoder":{"17":{"content":"qq"}}})").refusal() == "tokens.added_id added_tokens_decoder.17");
    CHECK(folder(R"({"added_tokens_decoder":{"15":{"content":""}}})").refusal() == "tokens.empty_token added_tokens_decoder.15.content");
    CHECK(folder(R"({"added_tokens_decoder":{"15":{"content":"q"},"16":{"content":"q"}}})").refusal() == "tokens.duplicate_token added_tokens_decoder.16.content");
}

TEST_CASE("a text is cut at the side that the config says") {
    CHECK(folder("{}").of("a b c a", 4) == ids{2, 12, 13, 3});
    CHECK(folder(R"({"truncation_side":"left"})").of("a b c a", 4) == ids{2, 14, 12, 3});
    CHECK(folder(R"({"truncation_side":"left"})").of("a b", 4) == ids{2, 12, 13, 3});
    CHECK(folder(R"({"truncation_side":"left"})").of("a b c a", 2) == ids{2, 3});
    CHECK(folder(R"({"tokenizer_class":"PreTrainedTokenizerFast","truncation_side":"left"})").of("a b c a", 4) == ids{2, 14, 12, 3});
    CHECK(folder(R"({"truncation_side":"middle"})").refusal() == "tokens.unsupported truncation_side");
    folder pairs(R"({"truncation_side":"left"})");
    std::vector<std::int32_t> found, types;
    hone::wordpiece(pairs.path).encode("a b c", "b a", found, types, 6);
    CHECK(found == ids{2, 13, 14, 3, 12, 3});
}

TEST_CASE("a tokenizer of another class is refused, in either file") {
    CHECK(folder(R"({"tokenizer_class":"BertJapaneseTokenizer"})").refusal() == "tokens.unsupported tokenizer_class");
    CHECK(folder(R"({"tokenizer_class":"RobertaTokenizerFast"})").refusal() == "tokens.unsupported tokenizer_class");
    const folder in_config("");
    in_config.put("config.json", R"({"model_type":"bert","tokenizer_class":"BertJapaneseTokenizer"})");
    CHECK(in_config.refusal() == "tokens.unsupported tokenizer_class");
    in_config.put("tokenizer_config.json", R"({"tokenizer_class":"BertTokenizer"})"); // which goes before
    CHECK(in_config.of("a") == ids{2, 12, 3});
    const temporary_folder words_alone;
    words_alone.put("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\n");
    CHECK(hone::wordpiece(words_alone.path).encode("A") == ids{1, 3, 2});
    words_alone.put("config.json", R"({"tokenizer_class":"BertJapaneseTokenizer"})");
    CHECK(caught([&] { (void)hone::wordpiece(words_alone.path); }).code == "tokens.unsupported");
}
