// SPDX-License-Identifier: Apache-2.0
#include <hone/data/masking.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;
using word = masking::word;

namespace {

/// 100 words: 0 to 4 special, 4 the mask, odd ones from 51 on go on with a word.
masking made(std::uint64_t seed = 1) {
    masking how;
    how.seed = seed;
    how.mask_token = 4;
    how.words.resize(100, word::begins);
    std::fill_n(how.words.begin(), 5, word::special);
    for (std::size_t i = 51; i < 100; i += 2) how.words[i] = word::continues;
    return how;
}
struct hidden {
    ids tokens, rows, labels;
};
hidden drawn(const masking& how, ids tokens, std::uint64_t epoch = 0, std::uint64_t sequence = 0) {
    hidden h{std::move(tokens), {}, {}};
    masking_room room;
    hide(how, epoch, sequence, h.tokens, 0, h.rows, h.labels, room);
    return h;
}
ids words(std::size_t n) {
    ids all{2};
    for (std::size_t i = 0; i < n; ++i) all.push_back(static_cast<std::int32_t>(6 + i % 40));
    all.push_back(3);
    return all;
}

} // namespace

TEST_CASE("As many as the share, rounded, and one at least; never special tokens", "[data]") {
    const auto how = made();
    for (const auto& [tokens, wanted] : {std::pair<std::size_t, std::size_t>{1, 1}, {6, 1}, {10, 2}, {20, 3}, {100, 15}, {511, 77}}) {
        const auto before = words(tokens);
        const auto h = drawn(how, before);
        CHECK(h.rows.size() == wanted);
        CHECK(how.count(how.candidates(before)) == wanted);
        CHECK(std::is_sorted(h.rows.begin(), h.rows.end()));
        CHECK(std::adjacent_find(h.rows.begin(), h.rows.end()) == h.rows.end());
        for (std::size_t k = 0; k < h.rows.size(); ++k) {
            CHECK(h.labels[k] == before[static_cast<std::size_t>(h.rows[k])]);
            CHECK(how.kind(h.labels[k]) != word::special);
        }
        auto restored = h.tokens;
        for (std::size_t k = 0; k < h.rows.size(); ++k) restored[static_cast<std::size_t>(h.rows[k])] = h.labels[k];
        CHECK(restored == before);
    }
    CHECK(drawn(how, {2, 0, 1, 4, 3}).rows.empty());
    CHECK(drawn(how, {}).rows.empty());
    auto few = how;
    few.most = 2;
    CHECK(drawn(few, words(100)).rows.size() == 2);
    hidden behind{words(20), {7}, {9}};
    masking_room room;
    hide(how, 0, 0, behind.tokens, 100, behind.rows, behind.labels, room);
    CHECK(behind.rows[0] == 7);
    CHECK(behind.rows[1] > 100); // rows of the batch
}

TEST_CASE("A draw is a function of seed, epoch and sequence", "[data]") {
    const auto how = made();
    const auto same = drawn(how, words(60), 3, 5), again = drawn(how, words(60), 3, 5);
    CHECK(same.rows == again.rows);
    CHECK(same.tokens == again.tokens);
    CHECK(drawn(how, words(60), 4, 5).rows != same.rows);
    CHECK(drawn(how, words(60), 3, 6).rows != same.rows);
    CHECK(drawn(made(2), words(60), 3, 5).rows != same.rows);
}

TEST_CASE("80 % masked, 10 % any word, 10 % as they were; every place alike", "[data]") {
    const auto how = made();
    const auto before = words(40);
    std::int64_t masked = 0, kept = 0, all = 0;
    std::vector<int> where(before.size());
    for (std::uint64_t s = 0; s < 5000; ++s) {
        const auto h = drawn(how, before, 0, s);
        for (std::size_t k = 0; k < h.rows.size(); ++k, ++all) {
            const auto row = static_cast<std::size_t>(h.rows[k]);
            ++where[row];
            masked += h.tokens[row] == how.mask_token;
            kept += h.tokens[row] == h.labels[k];
        }
    }
    CHECK(all == 30000);
    // 0.8 + 0.1 / 100 masked, 0.1 + 0.1 / 100 kept: six deviations of a binomial around
    CHECK(static_cast<double>(masked) / 30000 == Approx(0.801).margin(6 * 0.0023));
    CHECK(static_cast<double>(kept) / 30000 == Approx(0.101).margin(6 * 0.00174));
    for (std::size_t i = 1; i + 1 < where.size(); ++i) CHECK(where[i] == Approx(750).margin(6 * 27));
    CHECK(where.front() + where.back() == 0);
}

TEST_CASE("Whole words", "[data]") {
    auto how = made();
    how.whole_words = true;
    ids before{2};
    for (std::int32_t w = 0; w < 30; ++w) {
        before.push_back(6 + w);
        for (std::int32_t p = 0; p < w % 3; ++p) before.push_back(51 + 2 * p);
    }
    before.push_back(3);
    const auto wanted = how.count(how.candidates(before));
    CHECK(wanted == 9);
    for (std::uint64_t s = 0; s < 200; ++s) {
        const auto h = drawn(how, before, 0, s);
        CHECK(h.rows.size() <= wanted);
        CHECK(h.rows.size() >= wanted - 2);
        const auto is_hidden = [&](std::size_t row) { return std::binary_search(h.rows.begin(), h.rows.end(), static_cast<std::int32_t>(row)); };
        for (std::size_t row = 2; row < before.size(); ++row)
            if (how.kind(before[row]) == word::continues) CHECK(is_hidden(row) == is_hidden(row - 1));
    }
    const auto one = drawn(how, {2, 6, 51, 53, 55, 3}); // one word of four pieces, of which one may be hidden
    CHECK(one.rows == ids{1});
    CHECK(drawn(how, {2, 51, 53, 3}).rows.size() == 1); // pieces that go on with nothing
}

TEST_CASE("The masking of a tokenizer", "[data]") {
    const auto& tokenizer = small_tokenizer();
    const auto how = masking_of(tokenizer, 9);
    CHECK(how.mask_token == tokenizer.mask());
    CHECK(how.words.size() == tokenizer.size());
    CHECK(how.kind(tokenizer.cls()) == word::special);
    CHECK(how.kind(tokenizer.unk()) == word::special);
    CHECK(how.kind(tokenizer.id("the")) == word::begins);
    CHECK(how.kind(tokenizer.id("##ing")) == word::continues);
    CHECK(how.kind(-1) == word::special);
    auto wrong = how;
    wrong.share = 0;
    CHECK(caught([&] { wrong.check(); }).code == "data.masking");
    wrong = how;
    wrong.random = 0.3;
    CHECK(caught([&] { wrong.check(); }).code == "data.masking");
    wrong = how;
    wrong.mask_token = -1;
    CHECK(caught([&] { wrong.check(); }).code == "data.masking");
}
