// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/text.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "test.hpp"

using namespace hone;
using words = std::vector<std::string_view>;

TEST_CASE("Lower case as Python has it", "[metric]") {
    CHECK(lower_text("AbZ[`{ 12") == "abz[`{ 12");
    CHECK(lower_text("\u00C9\u0416\u212A\U00010400") == "\u00E9\u0436k\U00010428");
    CHECK(lower_text("\u0130") == "i\u0307");
    CHECK(lower_text("\u039F\u0394\u039F\u03A3 \u03A3") == "\u03BF\u03B4\u03BF\u03C2 \u03C3"); // a last sigma; one alone
    CHECK(lower_text("A\u03A3'\u0301 A'\u03A3b \u03A3A") == "a\u03C2'\u0301 a'\u03C3b \u03C3a");
    CHECK(lower_text("A\xFF\xC3") == "a\xFF\xC3");
}

TEST_CASE("Words are parted by white space as Python has it", "[metric]") {
    CHECK(split_words(" a\tb\n\u00A0c\u3000d\x1F" "e ") == words{"a", "b", "c", "d", "e"});
    CHECK(split_words("a\u200Bb") == words{"a\u200Bb"});
    CHECK(split_words("").empty());
    CHECK(split_words(" \n").empty());
}

TEST_CASE("N-grams of characters and of words", "[metric]") {
    const auto letters = characters_in_a_row("ab \u00E9 ab");
    CHECK(letters.size() == 5);
    const auto pairs = ngrams_of(letters, 2);
    REQUIRE(pairs.size() == 3);
    CHECK(pairs[0].text == "ab");
    CHECK(pairs[0].count == 2);
    CHECK(pairs[2].text == "\u00E9a");
    CHECK(ngrams_of(letters, 6).empty());
    CHECK(ngrams_of(letters, 0).empty());
    const auto row = words_in_a_row(words{"x", "y", "x", "y", "x"});
    CHECK(ngrams_of(row, 2).size() == 2);
    CHECK(ngrams_of(row, 2)[0].text == "x y");
    const auto other = words_in_a_row(words{"x", "y", "y"});
    CHECK(common_ngrams(ngrams_of(row, 1), ngrams_of(other, 1)) == 3);
    CHECK(common_ngrams(ngrams_of(row, 2), ngrams_of(other, 2)) == 1);
}
