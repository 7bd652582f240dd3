// SPDX-License-Identifier: Apache-2.0
#include <hone/data/sentence_pairs.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// 40 documents of 12 lines; a line of document d says three letters, of which the first two tell the document and the third goes on.
document_table made_up() {
    std::string all;
    for (int d = 0; d < 40; ++d, all += "\n")
        for (int line = 0; line < 12; ++line)
            all += {static_cast<char>('a' + d / 8), ' ', static_cast<char>('a' + d % 8), ' ', static_cast<char>('a' + line), '\n'};
    return parse_documents(all, "a.txt");
}
auto made(const pair_options& options) { return encode_pairs(made_up(), small_tokenizer(), masking_of(small_tokenizer()), options); }

/// The two texts of a pair as words.
std::vector<std::string> halves(const pretraining_dataset<masked_pair_batch>& d, std::size_t i) {
    std::vector<std::string> both{"", ""};
    const auto ids = d.tokens(i), types = d.types_of(i);
    for (std::size_t t = 0; t < ids.size(); ++t)
        if (ids[t] != small_tokenizer().cls() && ids[t] != small_tokenizer().sep()) both[static_cast<std::size_t>(types[t])] += small_tokenizer().token(ids[t]);
    return both;
}

} // namespace

TEST_CASE("Pairs follow each other or come from two documents, and say which", "[data]") {
    const auto d = made({.length = 21, .shorter = 0, .seed = 3}); // 18 tokens: six lines
    d.check();
    std::size_t others = 0;
    for (std::size_t i = 0; i < d.size(); ++i) {
        CHECK(d.length(i) <= 21);
        const auto both = halves(d, i);
        REQUIRE(both[0].size() >= 3);
        REQUIRE(both[1].size() >= 3);
        if (both[0].size() % 3 || both[1].size() % 3) continue; // cut at its ends
        const bool same = both[0].substr(0, 2) == both[1].substr(0, 2);
        CHECK(same == (d.next[i] == 0));
        if (same) CHECK(both[0].back() + 1 == both[1][2]); // the next line
        others += d.next[i] == 1;
    }
    CHECK(others > d.size() / 4);
    CHECK(others < 3 * d.size() / 4);
    CHECK(made({.length = 21, .seed = 3}).ids == made({.length = 21, .seed = 3}).ids);
    CHECK(made({.length = 21, .seed = 3}).ids != made({.length = 21, .seed = 4}).ids);
}

TEST_CASE("Never another document, or always; every line is used", "[data]") {
    const auto in_order = made({.length = 21, .shorter = 0, .other = 0});
    std::string all, written;
    for (std::size_t i = 0; i < in_order.size(); ++i)
        for (const auto& part : halves(in_order, i)) all += part;
    for (const auto& line : made_up().text) written += {line[0], line[2], line[4]};
    CHECK(all == written); // 12 lines are two pairs of six
    for (const auto next : made({.length = 21, .other = 1}).next) CHECK(next == 1);
    const auto shorter = made({.length = 21, .shorter = 1});
    CHECK(shorter.size() > in_order.size());
}

TEST_CASE("Text that gives no pairs", "[data]") {
    const auto encoded = [](const char* bytes, std::size_t length) {
        encode_pairs(parse_documents(bytes, "a.txt"), small_tokenizer(), masking_of(small_tokenizer()), {.length = length});
    };
    const auto one = caught([&] { encoded("a\nb\n", 20); });
    CHECK(one.code == "data.one_document");
    CHECK(one.found == "1");
    CHECK(caught([&] { encoded("a\n\n\xE2\x80\x8B\n", 20); }).code == "data.one_document");
    CHECK(caught([&] { encoded("a\n\nb\n", 4); }).code == "data.limit");
    encoded("a\n\nb\n", 5);
}
