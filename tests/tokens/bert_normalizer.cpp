// The normalizer and its tables against digests of the reference's answers for every Unicode scalar, and the order of combining characters.
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <hone/file/json_view.hpp>
#include <hone/file/utf8.hpp>
#include <hone/tokens/bert_normalizer.hpp>

#include "test.hpp"
#include "tokens/digest.hpp"

namespace {

hone::json_view reference() {
    static const hone::json cases = hone::read_json(HONE_SOURCE_DIR "/tests/reference/tokens/cases.json");
    return {cases, "cases.json"};
}

template <class Answer>
void every_scalar(const char* name, Answer answer) {
    check_digests(reference()["digests"][name], answer);
}

void normalizes(const char* name, const hone::bert_normalizer& normalizer) {
    std::string text, out;
    every_scalar(name, [&](char32_t c) -> const std::string& {
        text = "a";
        hone::append_utf8(text, c);
        text += "b";
        normalizer.normalize(text, out);
        return out;
    });
}

} // namespace

TEST_CASE("each switch does to every scalar what the reference does") {
    normalizes("clean", {true, false, false, false});
    normalizes("chinese", {false, true, false, false});
    normalizes("strip", {false, false, true, false});
    normalizes("lower", {false, false, false, true});
    normalizes("uncased", {});
}

TEST_CASE("white space, punctuation and characters of words are the reference's") {
    every_scalar("split", [](char32_t c) -> std::string {
        return hone::unicode::is_white_space(c) ? "s" : hone::unicode::is_punctuation(c) ? "p" : "-";
    });
    every_scalar("beside", [](char32_t c) -> std::string {
        return hone::unicode::is_word_character(c) ? "w" : hone::unicode::is_white_space(c) ? "s" : "-";
    });
}

TEST_CASE("combining characters come in the reference's order") {
    const hone::bert_normalizer strip{false, false, true, false}, uncased;
    std::string out;
    for (const auto& row : reference()["orders"].value().values()) {
        const auto text = row.values()[0].string();
        INFO(hone::in_quotes(text));
        strip.normalize(text, out);
        CHECK(hone::in_quotes(out) == hone::in_quotes(row.values()[1].string()));
        uncased.normalize(text, out);
        CHECK(hone::in_quotes(out) == hone::in_quotes(row.values()[2].string()));
    }
}

TEST_CASE("a chain of ten thousand marks is ordered, or removed, at once") {
    std::string text = "a", low, high, out;
    for (int i = 0; i < 5000; ++i) {
        text += "\xE3\x80\xAE";     // U+302E, class 224
        text += "\xF0\x9D\x85\xA5"; // U+1D165, class 216
        text += "\xCC\x81";         // U+0301, removed
        low += "\xF0\x9D\x85\xA5";
        high += "\xE3\x80\xAE";
    }
    hone::bert_normalizer{}.normalize(text + "b", out);
    CHECK(out == "a" + low + high + "b");
}

TEST_CASE("characters are found from either end") {
    using hone::unicode::decode, hone::unicode::decode_before;
    for (const char32_t c : {0x1u, 0x7Fu, 0x80u, 0x7FFu, 0x800u, 0xD7FFu, 0xE000u, 0xFFFFu, 0x10000u, 0x10FFFFu}) {
        std::string text = "x";
        hone::append_utf8(text, c);
        CHECK(decode(text, 1).scalar == c);
        CHECK(decode(text, 1).bytes == text.size() - 1);
        CHECK(decode_before(text, text.size()).scalar == c);
        CHECK(decode_before(text, text.size()).bytes == text.size() - 1);
    }
    CHECK(decode("\xE4\xB8", 0).scalar == 0xFFFD);
    CHECK(decode("\xE4\xB8", 0).bytes == 1);
    CHECK(decode_before("a\x80", 2).scalar == 0xFFFD);
    CHECK(decode_before("\xE4\xB8\xAD\xAD", 4).bytes == 1);
}
