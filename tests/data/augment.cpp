// SPDX-License-Identifier: Apache-2.0
#include <hone/data/augment.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <hone/data/delimited.hpp>

#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

const synonym_table& known() {
    static const synonym_table table = parse_synonyms("film,movie\ngood,fine\n", "a.txt");
    return table;
}
std::string changed(const std::string& text, const augmentation& how, std::uint64_t draw = 0) {
    return augmented(text, how, known(), counter_random(3, stream::augment, draw));
}
strings sorted(strings words) {
    std::sort(words.begin(), words.end());
    return words;
}

} // namespace

TEST_CASE("Synonyms take a word's place, with its capital and punctuation", "[data]") {
    CHECK(changed("a Film, that (good)", {.replace = 1}) == "a Movie, that (fine)");
    CHECK(changed("nothing here", {.replace = 1}) == "nothing here");
    const auto one = changed("film film film film", {.replace = 0.1}); // at least one
    CHECK(std::count(one.begin(), one.end(), 'v') == 1);
}

TEST_CASE("Insertions, swaps and deletions", "[data]") {
    const std::string text = "the film is a film of a film";
    for (std::uint64_t draw = 0; draw < 20; ++draw) {
        const auto more = detail::words_in(changed(text, {.insert = 0.3}, draw));
        CHECK(more.size() >= 8 + 1);
        CHECK(std::count(more.begin(), more.end(), "movie") >= 1);
        const auto swapped = detail::words_in(changed("a b c d e", {.swap = 0.2}, draw));
        CHECK(sorted(swapped) == strings{"a", "b", "c", "d", "e"});
        CHECK(swapped != strings{"a", "b", "c", "d", "e"});
        const auto fewer = detail::words_in(changed(text, {.remove = 0.99}, draw));
        CHECK(!fewer.empty());
        CHECK(fewer.size() < 8);
    }
    CHECK(changed("", {.replace = 1, .insert = 1, .swap = 1, .remove = 1}).empty());
    CHECK(changed("alone", {.swap = 1, .remove = 1}) == "alone");
}

TEST_CASE("A table with its changed copies", "[data]") {
    const auto t = parse_tsv("good film\tyes\nbad film\tno\n", "a.tsv", text_column{0}, label_column{1});
    const augmentation how{.replace = 1, .swap = 0.5, .copies = 2, .seed = 5};
    const auto more = augment(t, how, known());
    CHECK(more.size() == 6);
    CHECK(more.text[0] == "good film");
    CHECK(more.text[3] == "bad film");
    CHECK(more.label == strings{"yes", "yes", "yes", "no", "no", "no"});
    CHECK(more.line == std::vector<std::int64_t>{1, 1, 1, 2, 2, 2});
    CHECK(augment(t, how, known()).text == more.text);
    const auto pair = parse_tsv("good film\ta film\n", "a.tsv", text_column{0}, label_column{}, {.second = column(1)});
    CHECK(augment(pair, {.replace = 1}, known()).second == strings{"a film", "a movie"});
}
