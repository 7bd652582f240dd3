// SPDX-License-Identifier: Apache-2.0
#include <hone/data/contrast.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "file/temporary.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;
using ids = std::vector<std::int32_t>;

TEST_CASE("Anchors, positives, negatives", "[data]") {
    const temporary_folder folder;
    const auto written = [&](const char* name, const std::string& bytes) { return folder.put(name, bytes).string(); };
    const auto three = read_contrasts(written("a.tsv", "a\tb\tc\nd\te\t\n"));
    CHECK(three.text == strings{"a", "d"});
    CHECK(three.second == strings{"b", "e"});
    CHECK(three.label == strings{"c", ""});
    CHECK_FALSE(read_contrasts(written("b.tsv", "a\tb\nd\te\n")).labelled());
    const auto lines = written("c.jsonl", "{\"anchor\":\"a\",\"positive\":\"b\",\"negative\":\"c\"}\n");
    CHECK(read_contrasts(lines, true).label == strings{"c"});
    CHECK_FALSE(read_contrasts(lines).labelled());
    CHECK(caught([&] { read_contrasts(written("d.tsv", "a\nb\n")); }).code == "data.missing_column");
    CHECK(caught([&] { encode_contrasts(parse_tsv("a\n", "a", text_column{0}), small_tokenizer()); }).code == "data.no_positives");
}

TEST_CASE("Candidates of a batch are its positives, then its negatives", "[data]") {
    const auto table = parse_tsv("hello\tthe\tun\nplay\tworld\twant\nnot\tcan\tdo\n", "a.tsv", text_column{0}, label_column{2}, {.second = column(1)});
    const auto d = encode_contrasts(table, small_tokenizer());
    d.check();
    const auto word = [](const char* w) { return small_tokenizer().id(w); };
    std::vector<ids> anchors, candidates;
    for (auto [epoch, n, batch] : epochs(1, batches(d, sentences_per_batch(2), no_shuffle))) {
        anchors.emplace_back();
        candidates.emplace_back();
        for (std::size_t i = 1; i < batch.anchor.ids.size(); i += 3) anchors.back().push_back(batch.anchor.ids[i]);
        for (std::size_t i = 1; i < batch.candidate.ids.size(); i += 3) candidates.back().push_back(batch.candidate.ids[i]);
        CHECK(batch.candidate.offsets.size() == 2 * batch.anchor.offsets.size() - 1);
    }
    CHECK(anchors == std::vector<ids>{{word("hello"), word("play")}, {word("not")}});
    CHECK(candidates == std::vector<ids>{{word("the"), word("world"), word("un"), word("want")}, {word("can"), word("do")}});
    auto bare = d;
    bare.negative = {};
    bare.check();
    for (auto [epoch, n, batch] : epochs(1, batches(bare, sentences_per_batch(2), no_shuffle)))
        CHECK(batch.candidate.offsets.size() == batch.anchor.offsets.size());
    bare.positive = {};
    CHECK(caught([&] { bare.check(); }).code == "data.empty");
}
