// Batches of a decoder: which rows are held against the vocabulary.
// SPDX-License-Identifier: Apache-2.0
#include <hone/data/batches.hpp>
#include <hone/data/epochs.hpp>
#include <hone/data/next_words.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// Two documents in one row, one in the next.
next_words two_rows() {
    next_words data;
    const std::vector<std::int32_t> a{5, 6, 7}, b{8, 9}, c{1, 2, 3, 4}, learnt{-100, -100, 3, 4};
    data.made.append(a, a);
    data.made.append(b, b);
    data.made.end_row();
    data.made.append(c, learnt);
    data.made.end_row();
    return data;
}

} // namespace

TEST_CASE("next words: the row before each token with a loss, document by document") {
    const auto data = two_rows();
    data.check();
    CHECK(data.examples() == 2);
    const auto size = data.extent(0), other = data.extent(1);
    CHECK((size.tokens == 5 && size.sequences == 2 && size.picked == 3));
    CHECK((other.tokens == 4 && other.sequences == 1 && other.picked == 2));
    for (auto [epoch, n, batch] : epochs(1, batches(data, sentences_per_batch(2), no_shuffle))) {
        const auto is = [](std::span<const std::int32_t> found, std::vector<std::int32_t> wanted) {
            return std::vector<std::int32_t>(found.begin(), found.end()) == wanted;
        };
        CHECK(is(batch.tokens.ids, {5, 6, 7, 8, 9, 1, 2, 3, 4}));
        CHECK(is(batch.tokens.offsets, {0, 3, 5, 9}));
        CHECK(is(batch.before.rows, {0, 1, 3, 6, 7}));
        CHECK(is(batch.next.values, {6, 7, 9, 3, 4}));
    }
}

TEST_CASE("next words: what contradicts itself is refused") {
    auto data = two_rows();
    data.made.rows.back() = 2;
    CHECK(caught([&] { data.check(); }).code == "data.offsets");
    data = two_rows();
    data.made.documents[1] = 0;
    CHECK(caught([&] { data.check(); }).code == "data.empty_text");
    data = two_rows();
    data.made.labels.pop_back();
    CHECK(caught([&] { data.check(); }).code == "data.label_count");
}

TEST_CASE("next words: lines of ids and labels") {
    const auto data = parse_next_words("{\"ids\": [3, 4, 5], \"labels\": [3, -100, 5]}\n"
                                       "{\"ids\": [1], \"labels\": [1]}\n",
                                       "f.jsonl");
    CHECK(data.examples() == 2);
    CHECK((data.extent(0).picked == 1 && data.extent(1).picked == 0));
    const auto code = [](const char* line) {
        return caught([&] { parse_next_words(line, "f.jsonl"); }).code;
    };
    CHECK(code("{\"ids\": [], \"labels\": []}\n") == "data.empty_text");
    CHECK(code("{\"ids\": [1], \"labels\": []}\n") == "data.label_count");
    CHECK(code("{\"ids\": [-1], \"labels\": [0]}\n") == "json.out_of_range");
    CHECK(code("{\"ids\": [1], \"labels\": [-101]}\n") == "json.out_of_range");
    CHECK(code("\n") == "data.no_rows");
}
