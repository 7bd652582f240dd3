// The scanners against the reference's patterns on every Unicode scalar (digests of
// tests/reference/tokens/byte_pairs.py), and at their corners.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hone/tokens/word_patterns.hpp>

#include "test.hpp"
#include "tokens/digest.hpp"
#include "tokens/byte_pairs.hpp"

using namespace std::string_literals;

namespace {

std::string with(char32_t c) {
    std::string one;
    hone::append_utf8(one, c);
    return "a" + one + "b'" + one + " " + one + "1\n" + one + " ";
}
std::vector<std::string> words(hone::word_pattern pattern, std::string_view text) {
    std::vector<std::string> made;
    const hone::word_scanner scanner(pattern);
    for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
        end = scanner.end_of_word(text, at);
        REQUIRE(end > at);
        REQUIRE(end <= text.size());
        made.emplace_back(text.substr(at, end - at));
    }
    return made;
}
std::string lengths(const std::vector<std::string>& parts) {
    std::string list;
    for (const auto& part : parts) list += (list.empty() ? "" : ",") + std::to_string(part.size());
    return list;
}
using list = std::vector<std::string>;

} // namespace

TEST_CASE("words end where the reference's do, beside every scalar") {
    using hone::word_pattern;
    for (const auto& [name, pattern] : {std::pair{"gpt2", word_pattern::gpt2},
                                        {"qwen2", word_pattern::qwen2},
                                        {"llama3", word_pattern::llama3}})
        check_digests(pairs::reference()["digests"][name], [&, pattern = pattern](char32_t c) {
            const auto text = with(c);
            std::string made;
            const hone::word_scanner scanner(pattern);
            for (std::size_t at = 0, end = 0; at < text.size(); at = end) {
                end = scanner.end_of_word(text, at);
                made += (made.empty() ? "" : ",") + std::to_string(end - at);
            }
            return made;
        });
}

TEST_CASE("digits are cut as the reference cuts them, beside every scalar") {
    check_digests(pairs::reference()["digests"]["digits"], [](char32_t c) {
        list parts;
        hone::cut_at_digits(with(c), true,
                            [&](std::string_view part) { return parts.emplace_back(part), true; });
        return lengths(parts);
    });
    list parts;
    hone::cut_at_digits("a12b3", false,
                        [&](std::string_view part) { return parts.emplace_back(part), true; });
    CHECK(parts == list{"a", "12", "b", "3"});
    CHECK(!hone::cut_at_digits("a1", true, [](std::string_view) { return false; }));
}

TEST_CASE("what each pattern does at its corners") {
    using hone::word_pattern;
    CHECK(words(word_pattern::gpt2, "it's  I'Ll 12 !\n\n x") ==
          list{"it", "'s", " ", " I", "'", "Ll", " 12", " !", "\n\n", " x"});
    CHECK(words(word_pattern::qwen2, "it's  I'Ll 12!?\n\n x") ==
          list{"it", "'s", " ", " I", "'Ll", " ", "1", "2", "!?\n\n", " x"});
    CHECK(words(word_pattern::llama3, "1234567 \n \n  x\t") ==
          list{"123", "456", "7", " \n \n", " ", " x", "\t"});
    CHECK(words(word_pattern::llama3, "'\xC5\xBFx'r'R") == list{"'\xC5\xBF", "x", "'r", "'R"});
    CHECK(words(word_pattern::whole, "a b\n") == list{"a b\n"});
    CHECK(words(word_pattern::gpt2, "a\xFF\xFF b\xC3") ==
          list{"a", "\xFF\xFF", " b", "\xC3"}); // stray bytes are neither letters nor spaces
}

TEST_CASE("a long run is scanned once or twice, whatever it is") {
    for (const auto pattern :
         {hone::word_pattern::gpt2, hone::word_pattern::qwen2, hone::word_pattern::llama3})
        for (const auto& one : {" "s, "\n"s, "\n "s, "a"s, "1"s, "!"s, "\xE6\x9D\xB1"s, "'"s}) {
            std::string text;
            for (int n = 0; n < 100000; ++n) text += one;
            std::size_t bytes = 0;
            for (const auto& word : words(pattern, text + "x")) bytes += word.size();
            CHECK(bytes == text.size() + 1);
        }
}

TEST_CASE("a pattern is known by its text alone") {
    CHECK(hone::known_word_pattern(
              R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)") ==
          hone::word_pattern::gpt2);
    CHECK(!hone::known_word_pattern(R"(\s+)"));
    CHECK(!hone::known_word_pattern(""));
}
