// SPDX-License-Identifier: Apache-2.0
#include <hone/data/masked.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;
using row_list = std::vector<std::int32_t>;

namespace {

template <class Batch = masked_batch>
masked_dataset<Batch> read(std::string_view bytes) {
    return parse_masked<Batch>(bytes, "a.jsonl");
}

} // namespace

TEST_CASE("Hidden tokens that are given", "[data]") {
    const auto d = read("{\"ids\":[5,6,7],\"masked\":[2,0],\"labels\":[9,8]}\n\n{\"ids\":[1],\"masked\":[]}\n{\"ids\":[3,4],\"masked\":[1],\"types\":[0,1]}\n");
    d.check();
    CHECK(d.ids == row_list{5, 6, 7, 1, 3, 4});
    CHECK(d.types == row_list{0, 0, 0, 0, 0, 1});
    CHECK(d.masked == row_list{0, 2, 1});
    CHECK(d.label == row_list{8, 9, -100});
    CHECK(d.given == row_list{1, 0, 0});
    CHECK(d.without_masked() == 1);
    auto all = epochs(1, batches(d, sentences_per_batch(3), no_shuffle));
    CHECK(all.largest().picked == 3);
    for (auto [epoch, n, batch] : all) {
        CHECK(listed(batch.masked.rows) == row_list{0, 2, 5}); // rows of the batch
        CHECK(listed(batch.label.values) == d.label);
        CHECK(listed(batch.tokens.types) == d.types);
    }
    CHECK(read("{\"ids\":[5],\"masked\":[0]}").types.empty());
}

TEST_CASE("Pairs say whether the second follows", "[data]") {
    const auto d = read<masked_pair_batch>("{\"ids\":[5,6],\"masked\":[1],\"labels\":[9],\"next\":1}\n{\"ids\":[5],\"masked\":[0],\"labels\":[9],\"next\":0}\n");
    d.check();
    for (auto [epoch, n, batch] : epochs(1, batches(d, sentences_per_batch(2), no_shuffle))) CHECK(listed(batch.next) == row_list{1, 0});
    auto wrong = d;
    wrong.next = {1, 2};
    CHECK(caught([&] { wrong.check(); }).code == "data.label_range");
    wrong.next = {1};
    CHECK(caught([&] { wrong.check(); }).code == "data.label_count");
}

TEST_CASE("Lines that say something wrong", "[data]") {
    const auto at_row = caught([] { read("{\"ids\":[5],\"masked\":[0]}\n{\"ids\":[5],\"masked\":[1]}\n"); });
    CHECK(at_row.code == "json.out_of_range");
    CHECK(at_row.where.file == "a.jsonl:2");
    CHECK(at_row.where.name == "masked[0]");
    CHECK(caught([] { read("{\"ids\":[],\"masked\":[]}"); }).code == "data.empty_text");
    CHECK(caught([] { read("{\"ids\":[5],\"masked\":[0],\"labels\":[]}"); }).code == "data.label_count");
    CHECK(caught([] { read("{\"ids\":[5],\"masked\":[0],\"types\":[0,0]}"); }).code == "data.label_count");
    CHECK(caught([] { read("{\"ids\":[-5],\"masked\":[0]}"); }).code == "json.out_of_range");
    CHECK(caught([] { read("{\"masked\":[0]}"); }).code == "json.missing");
    CHECK(caught([] { read("{\"ids\":[1.5],\"masked\":[0]}"); }).code == "json.wrong_type");
    CHECK(caught([] { read<masked_pair_batch>("{\"ids\":[5],\"masked\":[0],\"next\":2}"); }).code == "json.out_of_range");
    CHECK(caught([] { read("{\"ids\":[5,6],\"masked\":[1,1]}"); }).code == "data.masked_order");
    auto d = read("{\"ids\":[5,6],\"masked\":[0],\"labels\":[1]}");
    d.masked[0] = 2;
    CHECK(caught([&] { d.check(); }).code == "data.label_range");
    d.masked = {1, 0};
    d.label = {1, 1};
    d.masked_offsets = {0, 2};
    CHECK(caught([&] { d.check(); }).code == "data.masked_order");
    d.masked_offsets = {0, 3};
    CHECK(caught([&] { d.check(); }).code == "data.offsets");
}

TEST_CASE("A new draw each epoch, the same whatever the batches", "[data]") {
    pretraining_dataset<> d;
    d.how = masking_of(small_tokenizer(), 4);
    for (int s = 0; s < 6; ++s) {
        row_list tokens{small_tokenizer().cls()};
        for (int i = 0; i < 20 + s; ++i) tokens.push_back(small_tokenizer().id("the"));
        tokens.push_back(small_tokenizer().sep());
        d.append(tokens);
    }
    d.check();
    std::vector<row_list> by_epoch(2), one_by_one(2);
    std::int64_t most = 0;
    auto all = epochs(2, batches(d, sentences_per_batch(4), no_shuffle));
    for (auto [epoch, n, batch] : all) {
        most = std::max(most, static_cast<std::int64_t>(batch.masked.rows.size()));
        for (std::size_t k = 0; k < batch.masked.rows.size(); ++k) {
            CHECK(batch.label.values[k] == small_tokenizer().id("the"));
            by_epoch[static_cast<std::size_t>(epoch)].push_back(batch.tokens.ids[static_cast<std::size_t>(batch.masked.rows[k])]);
        }
    }
    CHECK(all.largest().picked == most);
    for (auto [epoch, n, batch] : epochs(2, batches(d, sentences_per_batch(1), no_shuffle)))
        for (const auto row : batch.masked.rows) one_by_one[static_cast<std::size_t>(epoch)].push_back(batch.tokens.ids[static_cast<std::size_t>(row)]);
    CHECK(by_epoch == one_by_one);
    CHECK(by_epoch[0] != by_epoch[1]);
    CHECK(d.ids[1] == small_tokenizer().id("the")); // the data stays
}
