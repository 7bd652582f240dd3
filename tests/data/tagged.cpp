// SPDX-License-Identifier: Apache-2.0
#include <hone/data/tagged.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

sentence_table sentences() {
    sentence_table t;
    t.file = "a.conll";
    const auto all = reference()["sentences"];
    for (std::size_t i = 0; i < all.size(); ++i) {
        for (std::size_t w = 0; w < all[i][0].size(); ++w) {
            t.words.push_back(all[i][0][w].string());
            t.tags.push_back(all[i][1][w].string());
            t.line.push_back(static_cast<std::int64_t>(t.words.size()));
        }
        t.offsets.push_back(static_cast<std::int64_t>(t.words.size()));
    }
    return t;
}

} // namespace

TEST_CASE("Ids, words and labels are the reference's, at every limit", "[data]") {
    const auto table = sentences();
    const auto labels = sentence_table::labels({&table});
    reference()["tagged"].each([&](const std::string& limit, const json_view& wanted) {
        const auto d = encode(table, small_tokenizer(), labels, static_cast<std::size_t>(std::stoi(limit)));
        REQUIRE(d.size() == wanted.size());
        for (std::size_t i = 0; i < d.size(); ++i) {
            INFO("limit " << limit << ", sentence " << i);
            const auto begin = static_cast<std::size_t>(d.offsets[i]), length = static_cast<std::size_t>(d.length(i));
            CHECK(listed(d.tokens(i)) == numbers(wanted[i][0]));
            CHECK(listed(std::span(d.word).subspan(begin, length)) == numbers(wanted[i][1]));
            ids expected;
            for (std::size_t t = 0; t < wanted[i][2].size(); ++t)
                expected.push_back(wanted[i][2][t].is_null() ? -100 : labels.id(wanted[i][2][t].string()));
            CHECK(listed(std::span(d.label).subspan(begin, length)) == expected);
        }
        d.check();
    });
}

TEST_CASE("Words find their pieces again; what was lost is counted", "[data]") {
    const auto table = sentences();
    const auto whole = encode(table, small_tokenizer(), sentence_table::labels({&table}));
    CHECK(whole.cut == 0);
    CHECK(whole.cut_words == 0);
    CHECK(whole.words_without_pieces == 1);
    const auto first = whole.first_pieces(1, 5);
    CHECK(first[0] == -1); // U+200B
    CHECK(first[1] == 1);
    CHECK(first[2] > first[1]);
    const auto cut = encode(table, small_tokenizer(), sentence_table::labels({&table}), 5);
    CHECK(cut.cut == 3);
    CHECK(cut.first_pieces(0, 3).at(2) == -1);
    std::int64_t lost = 0;
    for (std::size_t i = 0; i < 3; ++i)
        for (const auto row : cut.first_pieces(i, table.words_of(i).size())) lost += row < 0;
    CHECK(cut.cut_words + cut.words_without_pieces == lost);
    CHECK(caught([&] { encode(table, small_tokenizer(), label_map(), 1); }).code == "data.limit");
    const auto unknown = caught([&] { encode(table, small_tokenizer(), label_map({"O", "B-A"})); });
    CHECK(unknown.code == "data.unknown_label");
    CHECK(unknown.where.line == 2);
    auto bare = table;
    bare.tags.clear();
    CHECK(encode(bare, small_tokenizer(), label_map()).label.empty());
}

TEST_CASE("Batches of sentences have a label a token", "[data]") {
    const auto table = sentences();
    const auto d = encode(table, small_tokenizer(), sentence_table::labels({&table}));
    ids tokens, labels;
    for (auto [epoch, n, batch] : epochs(1, batches(d, sentences_per_batch(2), no_shuffle))) {
        CHECK(batch.label.values.size() == batch.tokens.ids.size());
        tokens.insert(tokens.end(), batch.tokens.ids.begin(), batch.tokens.ids.end());
        labels.insert(labels.end(), batch.label.values.begin(), batch.label.values.end());
    }
    CHECK(tokens == d.ids);
    CHECK(labels == d.label);
    auto wrong = d;
    wrong.label.pop_back();
    CHECK(caught([&] { wrong.check(); }).code == "data.label_count");
    wrong = d;
    wrong.label[1] = 9;
    CHECK(caught([&] { wrong.check(); }).code == "data.label_range");
}
