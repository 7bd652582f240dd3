// SPDX-License-Identifier: Apache-2.0
#include <hone/data/clean.hpp>

#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <hone/data/delimited.hpp>

#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

text_table read(std::string_view bytes) { return parse_tsv(bytes, "a.tsv", text_column{0}, label_column{1}); }

} // namespace

TEST_CASE("Entities are read once, and only where they are some", "[data]") {
    CHECK(without_entities("a &amp; b &lt;c&gt; &quot;&apos;&nbsp;") == "a & b <c> \"'\xC2\xA0");
    CHECK(without_entities("&#233;&#xE9;&#XE9;&#x1F600;&eacute;&thetasym;") == "\xC3\xA9\xC3\xA9\xC3\xA9\xF0\x9F\x98\x80\xC3\xA9\xCF\x91");
    CHECK(without_entities("&amp;lt;") == "&lt;");
    for (const char* none : {"&", "&;", "&#;", "&#x;", "&nosuch;", "&amp", "& amp;", "&#xD800;", "&#x110000;", "&#99999999999999999999;", "&#12a;", "a;b"})
        CHECK(without_entities(none) == none);
    CHECK(std::size(html_entities) == 253);
}

TEST_CASE("Control characters and white space", "[data]") {
    CHECK(without_controls("a\x01" "b\x7F\tc\n\xC2\x80" "d\xC2\x85\xEF\xBB\xBF" "e\xC3\xA9") == "ab\tc\nd\xC2\x85" "e\xC3\xA9");
    CHECK(without_controls("\xC2\xA0") == "\xC2\xA0");
    CHECK(with_single_blanks(" \t a\xC2\xA0 \xE3\x80\x80" "b\r\nc \xE2\x80\x83") == "a b c");
    CHECK(with_single_blanks("   ").empty());
    CHECK(with_single_blanks("").empty());
    CHECK(with_single_blanks("\xF0\x9F\x98\x80  x\xE2\x80\x8B") == "\xF0\x9F\x98\x80 x\xE2\x80\x8B"); // U+200B is no white space
}

TEST_CASE("Nothing is done unasked", "[data]") {
    auto t = read(" a &amp;  \tyes\n\tno\nnan\tyes\n a &amp;  \tyes\n");
    const auto before = t.text;
    const auto report = clean(t, {});
    CHECK(t.text == before);
    CHECK(report.changed == 0);
    CHECK(report.dropped.empty());
    CHECK(report.text() == "0 texts changed, 0 rows dropped\n");
}

TEST_CASE("What is dropped is listed with its reason", "[data]") {
    auto t = read("good &amp; cheap\tyes\n \tno\nnan\tyes\nfine film\tnull\nok\tno\ngood  & cheap\tyes\nfilm that is long\tno\ngood & cheap\tno\nthe end\tno\n");
    const auto report = clean(t, {.entities = true, .controls = true, .white_space = true, .empty = true, .missing = true, .duplicates = true, .shortest = 3, .longest = 12});
    CHECK(t.text == strings{"good & cheap", "the end"});
    CHECK(t.label == strings{"yes", "no"});
    CHECK(t.line == std::vector<std::int64_t>{1, 9});
    CHECK(report.changed == 3); // the first, the blank one, the one with two blanks
    std::string all;
    for (const auto& row : report.dropped) all += std::to_string(row.line) + " " + row.why + "\n";
    CHECK(all == "2 empty\n3 missing value\n4 missing value\n5 too short\n6 duplicate\n7 too long\n8 duplicate with another label\n");
    CHECK(report.count("missing value") == 2);
    CHECK(report.text(1) == "3 texts changed, 7 rows dropped\n  empty: 1, for instance line 2 \"\"\n  missing value: 2, for instance line 3 \"nan\"\n"
                            "  too short: 1, for instance line 5 \"ok\"\n  too long: 1, for instance line 7 \"film that is long\"\n"
                            "  duplicate: 1, for instance line 6 \"good & cheap\"\n  duplicate with another label: 1, for instance line 8 \"good & cheap\"\n");
}

TEST_CASE("Pairs are equal where both texts are", "[data]") {
    auto t = parse_tsv("a\tb\na\tc\na\tb\n", "a.tsv", text_column{0}, label_column{}, {.second = column(1)});
    CHECK(clean(t, {.duplicates = true}).dropped.size() == 1);
    CHECK(t.second == strings{"b", "c"});
}
