// SPDX-License-Identifier: Apache-2.0
#include <hone/data/conll.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using namespace std::string_literals;
using strings = std::vector<std::string>;

namespace {

sentence_table read(std::string_view bytes, const conll_options& options = {}) { return parse_conll(bytes, "a.conll", options); }
strings words(const sentence_table& t, std::size_t i) { return {t.words_of(i).begin(), t.words_of(i).end()}; }
strings tags(const sentence_table& t, std::size_t i) { return {t.tags_of(i).begin(), t.tags_of(i).end()}; }

} // namespace

TEST_CASE("Sentences are runs of lines that are not blank", "[data]") {
    const auto t = read("-DOCSTART- -X- O O\n\nEU NNP B-NP I-ORG\nrejects\tVBZ  B-VP \t O\n \t\n\n\nPeter NNP B-NP I-PER");
    REQUIRE(t.size() == 2);
    CHECK(words(t, 0) == strings{"EU", "rejects"});
    CHECK(tags(t, 0) == strings{"I-ORG", "O"});
    CHECK(words(t, 1) == strings{"Peter"});
    CHECK(t.line == std::vector<std::int64_t>{3, 4, 8});
    CHECK(t.at(1).line == 4);
    CHECK(read("a b\n\n-DOCSTART- x\n\nc d\n").size() == 2);
}

TEST_CASE("Columns are parted by blanks and tabs alone", "[data]") {
    const auto t = read("10\xC2\xA0" "000 B-X\r\n\xE2\x80\x8B O\r\n\r\nx\rx O\r\n");
    REQUIRE(t.size() == 2);
    CHECK(words(t, 0) == strings{"10\xC2\xA0" "000", "\xE2\x80\x8B"});
    CHECK(words(t, 1) == strings{"x\rx"}); // only before the end of a line
    CHECK(tags(t, 0) == strings{"B-X", "O"});
    CHECK(read("\xEF\xBB\xBF" "a O\n").words.at(0) == "a");
}

TEST_CASE("Which columns", "[data]") {
    CHECK(read("1 a X\n", {.token = 1, .tag = 2}).words.at(0) == "a");
    CHECK(read("1 a X\n", {.token = -2, .tag = 0}).tags.at(0) == "1");
    const auto bare = read("a\nb\n\nc\n");
    CHECK(bare.words == strings{"a", "b", "c"});
    CHECK_FALSE(bare.tagged());
    CHECK(bare.tags_of(0).empty());
    const auto missing = caught([] { read("a b\n", {.token = 2}); });
    CHECK(missing.code == "data.missing_column");
    CHECK(missing.where.line == 1);
    CHECK(missing.expected == "column 2");
    CHECK(missing.found == "2 columns, parted by blanks or tabs");
    CHECK(caught([] { read("a b\n", {.tag = -3}); }).code == "data.missing_column");
    const auto ragged = caught([] { read("a b\n\nc d\ne\n"); });
    CHECK(ragged.code == "data.ragged_row");
    CHECK(ragged.where.line == 4);
    CHECK(caught([] { read("-DOCSTART- -X-\n\n"); }).code == "data.no_rows");
    CHECK(caught([] { read("a \xFF\n"); }).code == "data.not_utf8");
}

TEST_CASE("CoNLL-U", "[data]") {
    const auto t = read("# text = vom\n1-2\tvom\t_\n1\tvon\tADP\n2\tdem\tDET\n2.1\tx\tX\n\n# 2\n1\t#\tSYM\n", {.token = 1, .tag = 2, .universal = true});
    REQUIRE(t.size() == 2);
    CHECK(words(t, 0) == strings{"von", "dem"});
    CHECK(words(t, 1) == strings{"#"});
}

TEST_CASE("Tags are settled as IOB2, and what was done is said", "[data]") {
    auto t = read("a I-X\nb I-X\n\nc B-X\nd I-X\n\ne O\nf I-X\n\ng I-Y\n");
    CHECK(settle_tags(t) == tag_convention::iob1);
    CHECK(t.tags == strings{"B-X", "I-X", "B-X", "I-X", "O", "B-X", "B-Y"});
    REQUIRE(t.notices.size() == 2);
    CHECK(t.notices[0].text == "a.conll: tags are IOB1, read as IOB2");
    CHECK(t.notices[1].text == "a.conll: 1 tags do not follow IOB1; where none goes on, an entity begins");
    CHECK(sentence_table::labels({&t}).names() == strings{"B-X", "B-Y", "I-X", "O"});

    auto plain = read("a NN\nb VB\n");
    CHECK(settle_tags(plain) == tag_convention::plain);
    CHECK(plain.tags == strings{"NN", "VB"});
    CHECK(plain.notices.empty());
    auto mixed = read("a B-X\n\nb L-X\n");
    const auto e = caught([&] { settle_tags(mixed); });
    CHECK(e.code == "data.tag_unknown");
    CHECK(e.where.line == 3);
    CHECK(e.found == "\"L-X\"");
}
