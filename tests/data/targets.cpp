// SPDX-License-Identifier: Apache-2.0
#include <hone/data/targets.hpp>

#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;
using reals = std::vector<float>;

namespace {

/// The smallest tokenizer: a letter is an id.
struct letters {
    void encode(std::string_view text, std::vector<std::int32_t>& out, std::size_t limit) const {
        for (const char c : text.substr(0, limit)) out.push_back(c);
    }
};
text_table read(std::string_view bytes) { return parse_tsv(bytes, "a.tsv", text_column{0}, label_column{1}, {.empty_labels = true}); }

} // namespace

TEST_CASE("A number a text", "[data]") {
    const auto d = encode_numbers(read("ab\t1.5\nc\t -2 \nd\t+1e-3\n"), letters{});
    CHECK(d.target == reals{1.5f, -2.0f, 1e-3f});
    CHECK(d.width == 1);
    reals seen;
    for (auto [epoch, n, batch] : epochs(1, batches(d, sentences_per_batch(2), no_shuffle))) {
        static_assert(std::is_same_v<decltype(batch), real_batch<1>>);
        seen.insert(seen.end(), batch.target.values.begin(), batch.target.values.end());
    }
    CHECK(seen == d.target);
    for (const char* bad : {"", "x", "1.5x", "nan", "inf", "1e99", "1,5", "++1"}) {
        const auto e = caught([&] { encode_numbers(read("a\t1\nb\t" + std::string(bad) + "\n"), letters{}); });
        INFO(bad);
        CHECK(e.code == "data.not_a_number");
        CHECK(e.where.line == 2);
    }
    auto wrong = d;
    wrong.target[1] = std::numeric_limits<float>::infinity();
    CHECK(caught([&] { wrong.check(); }).code == "data.not_a_number");
    wrong.target.pop_back();
    CHECK(caught([&] { wrong.check(); }).code == "data.label_count");
}

TEST_CASE("Several labels a text", "[data]") {
    const auto table = read("a\tx|z\nb\t\nc\ty\nd\t|x||x|\n");
    const auto labels = several_labels({&table});
    CHECK(labels.names() == strings{"x", "y", "z"});
    const auto d = encode_several(table, letters{}, labels);
    CHECK(d.width == 3);
    CHECK(d.target == reals{1, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0});
    auto all = epochs(1, batches(d, sentences_per_batch(3), no_shuffle));
    CHECK(all.largest().reals == 9);
    std::vector<std::size_t> sizes;
    for (auto [epoch, n, batch] : all) sizes.push_back(batch.target.values.size());
    CHECK(sizes == std::vector<std::size_t>{9, 3});
    const auto unknown = caught([&] { encode_several(read("a\tx\nb\tx|w\n"), letters{}, labels); });
    CHECK(unknown.code == "data.unknown_label");
    CHECK(unknown.where.line == 2);
    CHECK(joined_labels(labels, std::span<const float>(reals{0.1f, 0.0f, 2.0f})) == "x|z");
    CHECK(joined_labels(labels, std::span<const float>(reals{-1, -1, -1})).empty());
}

TEST_CASE("Texts that were cut are counted", "[data]") {
    CHECK(encode_numbers(read("abc\t1\nabcd\t1\na\t1\n"), letters{}, 3).cut == 1);
    CHECK(encode(parse_tsv("abc\t1\nabcd\t1\nabcde\t1\n", "a.tsv", text_column{0}, label_column{1}), letters{}, 3).cut == 2);
    text_table pair = read("a\t1\n");
    pair.second = {"b"};
    CHECK(caught([&] { encode_numbers(pair, letters{}); }).code == "data.no_pairs");
}
