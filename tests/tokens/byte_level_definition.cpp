// A byte-level tokenizer.json: the letters of bytes, and what is refused by name.
// SPDX-License-Identifier: Apache-2.0
#include <set>
#include <string>

#include <hone/tokens/byte_level_bpe.hpp>

#include "test.hpp"
#include "tokens/made.hpp"

namespace {

constexpr const char* qwen2 =
    R"re((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+)re";
const std::string plain =
    R"({"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false})";
std::string split(const std::string& pattern, const char* behavior = "Isolated",
                  const char* invert = "false") {
    return R"({"type":"Split","pattern":)" + pattern + R"(,"behavior":")" + behavior +
           R"(","invert":)" + invert + "}";
}
std::string sequence(const std::string& parts) {
    return R"({"type":"Sequence","pretokenizers":[)" + parts + "]}";
}
hone::error with_pre_tokenizer(const std::string& part) {
    auto made = made_bytes();
    made.pre_tokenizer = part;
    return refused(made, hone::read_byte_level);
}

} // namespace

TEST_CASE("each byte has a letter of its own, and printable ones are themselves") {
    std::set<char32_t> letters;
    for (unsigned b = 0; b < 256; ++b) {
        const auto letter = hone::letter_of_byte(static_cast<unsigned char>(b));
        letters.insert(letter);
        std::string word;
        hone::append_utf8(word, letter);
        CHECK(hone::bytes_of_letters(word) == std::string(1, static_cast<char>(b)));
    }
    CHECK(letters.size() == 256);
    CHECK(hone::letter_of_byte(' ') == U'\u0120');
    CHECK(hone::letter_of_byte('a') == U'a');
    CHECK(hone::letter_of_byte(0xAD) == U'\u0143');
    CHECK(!hone::bytes_of_letters("a b"));
    CHECK(!hone::bytes_of_letters("\u4E2D"));
    CHECK(hone::bytes_of_letters("") == "");
}

TEST_CASE("the pre-tokenizers that are known") {
    const std::string pattern = std::string(R"({"Regex":")") + qwen2 + "\"}";
    CHECK(with_pre_tokenizer(sequence(split(pattern) + "," + plain)).code == "nothing was thrown");
    CHECK(with_pre_tokenizer(sequence(R"({"type":"Digits","individual_digits":true},)" + plain))
              .code == "nothing was thrown");
    struct row {
        std::string part, code, name;
    };
    const row rows[] = {
        {sequence(split(R"({"Regex":"\\s+"})") + "," + plain), "tokens.pattern",
         "pre_tokenizer.pretokenizers[0].pattern.Regex"},
        {sequence(split(R"({"Regex":"(a*)*b"})") + "," + plain), "tokens.pattern",
         "pre_tokenizer.pretokenizers[0].pattern.Regex"},
        {sequence(split(R"({"String":" "})") + "," + plain), "tokens.unsupported",
         "pre_tokenizer.pretokenizers[0].pattern"},
        {sequence(split(pattern, "Removed") + "," + plain), "tokens.unsupported",
         "pre_tokenizer.pretokenizers[0].behavior"},
        {sequence(split(pattern, "Isolated", "true") + "," + plain), "tokens.unsupported",
         "pre_tokenizer.pretokenizers[0].invert"},
        {sequence(split(pattern) + "," + split(pattern) + "," + plain), "tokens.unsupported",
         "pre_tokenizer.pretokenizers[1].type"},
        {sequence(split(pattern) +
                  R"(,{"type":"ByteLevel","add_prefix_space":false,"use_regex":true})"),
         "tokens.unsupported", "pre_tokenizer.pretokenizers[1].use_regex"},
        {sequence(split(pattern) +
                  R"(,{"type":"ByteLevel","add_prefix_space":true,"use_regex":false})"),
         "tokens.unsupported", "pre_tokenizer.pretokenizers[1].add_prefix_space"},
        {sequence(R"({"type":"Punctuation"},)" + plain), "tokens.unsupported",
         "pre_tokenizer.pretokenizers[0].type"},
        {sequence(""), "tokens.unsupported", "pre_tokenizer.pretokenizers"},
        {R"({"type":"Whitespace"})", "tokens.unsupported", "pre_tokenizer.type"},
        {"null", "json.wrong_type", "pre_tokenizer"},
    };
    for (const auto& [part, code, name] : rows) {
        const auto e = with_pre_tokenizer(part);
        INFO(e.what());
        CHECK(e.code == code);
        CHECK(e.where.name == name);
    }
}

TEST_CASE("normalizers and decoders of another kind are refused") {
    auto made = made_bytes();
    made.normalizer = R"({"type":"NFKC"})";
    CHECK(refused(made, hone::read_byte_level).where.name == "normalizer.type");
    made = made_bytes();
    made.decoder = R"({"type":"WordPiece"})";
    CHECK(refused(made, hone::read_byte_level).where.name == "decoder.type");
}

TEST_CASE("a merge may make what is a special token, which the text then has twice over") {
    auto made = made_bytes();
    made.added =
        R"([{"id":257,"content":"abc","single_word":true,"lstrip":false,"rstrip":false,"normalized":false,"special":true}])";
    const hone::json root = hone::parse_json(made.json(), "tokenizer.json");
    const hone::byte_level_bpe tokenizer(
        hone::read_byte_level(hone::json_view(root, "tokenizer.json")));
    CHECK(tokenizer.encode("abc") == std::vector<std::int32_t>{257});        // found
    CHECK(tokenizer.encode("abcab") == std::vector<std::int32_t>{257, 256}); // joined
    CHECK(tokenizer.decode(std::vector<std::int32_t>{257, 256}) == "ab");
}

TEST_CASE("added tokens that contradict the vocabulary are errors") {
    const auto token = [](int id, const char* content) {
        return R"({"id":)" + std::to_string(id) + R"(,"content":")" + content +
               R"(","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true})";
    };
    for (const auto& [list, code] :
         {std::pair{"[" + token(258, "<x>") + "]", "nothing was thrown"},
          {"[" + token(259, "<x>") + "]", "tokens.added_id"},
          {"[" + token(3, "abc") + "]", "tokens.added_id"},
          {"[" + token(258, "<x>") + "," + token(258, "<x>") + "]", "tokens.duplicate_token"},
          {"[" + token(258, "") + "]", "tokens.empty_token"}}) {
        auto made = made_bytes();
        made.added = list;
        CHECK(refused(made, hone::read_byte_level).code == code);
    }
}
