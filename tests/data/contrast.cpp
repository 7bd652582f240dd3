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

TEST_CASE("A batch holds its anchors, then their positives, then their negatives", "[data]") {
    const auto table = parse_tsv("hello\tthe\tun\nplay\tworld\twant\nnot\tcan\tdo\n", "a.tsv", text_column{0}, label_column{2}, {.second = column(1)});
    const auto d = encode_contrasts(table, small_tokenizer());
    d.check();
    const auto words = [](const strings& all) {
        ids result;
        for (const auto& w : all) result.push_back(small_tokenizer().id(w));
        return result;
    };
    std::vector<ids> texts, sides, labels;
    const auto read = [&](const contrast_dataset& data) {
        for (auto* all : {&texts, &sides, &labels}) all->clear();
        auto run = epochs(1, batches(data, sentences_per_batch(2), no_shuffle));
        for (auto [epoch, n, batch] : run) {
            texts.emplace_back();
            for (std::size_t i = 1; i < batch.tokens.ids.size(); i += 3) texts.back().push_back(batch.tokens.ids[i]);
            sides.emplace_back(batch.sides.offsets.begin(), batch.sides.offsets.end());
            labels.emplace_back(batch.label.begin(), batch.label.end());
            CHECK(batch.tokens.offsets.size() == batch.label.size() + 1);
            CHECK(batch.label.size() <= static_cast<std::size_t>(run.largest().sequences));
        }
    };
    read(d);
    CHECK(texts == std::vector<ids>{words({"hello", "play", "the", "world", "un", "want"}), words({"not", "can", "do"})});
    CHECK(sides == std::vector<ids>{{0, 2, 6}, {0, 1, 3}});
    CHECK(labels == std::vector<ids>{{0, 0, -100, -100, -100, -100}, {0, -100, -100}});
    auto bare = d;
    bare.negative = {};
    bare.check();
    read(bare);
    CHECK(texts == std::vector<ids>{words({"hello", "play", "the", "world"}), words({"not", "can"})});
    CHECK(sides == std::vector<ids>{{0, 2, 4}, {0, 1, 2}});
    bare.positive = {};
    CHECK(caught([&] { bare.check(); }).code == "data.empty");
}
