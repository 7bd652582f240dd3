// SPDX-License-Identifier: Apache-2.0
#include <hone/data/notices.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <hone/data/delimited.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

text_table read(std::string_view bytes) { return parse_tsv(bytes, "a.tsv", text_column{0}, label_column{1}); }
std::string said(const text_table& t) {
    std::string all;
    for (const auto& n : look_over(t)) all += n.code + ": " + n.text + "\n";
    return all;
}

} // namespace

TEST_CASE("A table without doubts says nothing", "[data]") {
    CHECK(said(read("a\tyes\nb\tno\nc\tyes\nd\tno\n")).empty());
    CHECK(said(read("a\t0\nb\t1\n")).empty());
    CHECK(said(parse_tsv("a\nb\n", "a.tsv", text_column{0})).empty());
}

TEST_CASE("A header that is taken for an example", "[data]") {
    CHECK(said(read("text\tlabel\na\tyes\nb\tno\nc\tyes\nd\tno\n")) ==
          "data.header_perhaps: a.tsv: the label of the first row, \"label\", stands nowhere else: perhaps it is a header (then name the columns)\n");
    CHECK(said(read("text\tlabel\na\tyes\nb\tno\nc\tmaybe\nd\tno\n")).empty()); // others stand alone too
}

TEST_CASE("Empty cells, missing values, fractions", "[data]") {
    CHECK(said(read("a\tyes\n \tno\n\tyes\nd\tno\n")) == "data.empty_texts: a.tsv: 2 empty texts, the first on line 2\n");
    CHECK(said(read("a\tyes\nb\tnan\nnull\tyes\nd\tno\ne\tno\nf\tnan\n")) ==
          "data.missing_values: a.tsv: 1 texts that say that a value is missing (nan, null, ...), the first on line 3\n"
          "data.missing_values: a.tsv: 2 labels that say that a value is missing (nan, null, ...), the first on line 2\n");
    CHECK(said(read("a\t0.5\nb\t1\nc\t0.5\nd\t1\n")).starts_with("data.scores: a.tsv: 2 labels that are fractions"));
    auto skipped = parse_tsv("a\tyes\nb\nc\tno\n", "a.tsv", text_column{0}, label_column{1}, {.skip_ragged = true});
    CHECK(said(skipped).starts_with("data.rows_skipped: a.tsv: 1 rows"));
}

TEST_CASE("Texts in place of labels", "[data]") {
    std::string bytes;
    for (int i = 0; i < 30; ++i) bytes += "x\tthe text of line " + std::to_string(i) + "\n";
    CHECK(said(read(bytes)).starts_with("data.single_lines: a.tsv: 30 of 30 rows"));
}

TEST_CASE("One label is nothing to learn", "[data]") {
    const auto e = caught([] { check_trainable(read("a\tyes\nb\tyes\n")); });
    CHECK(e.code == "data.one_label");
    CHECK(e.found == "\"yes\" on every row");
    CHECK(caught([] { check_trainable(parse_tsv("a\n", "a.tsv", text_column{0})); }).found == "no label");
    check_trainable(read("a\tyes\nb\tno\n"));
}

TEST_CASE("Texts that were cut; labels on one line", "[data]") {
    CHECK(cut_notice(0, 9, 512, "a.tsv").empty());
    CHECK(cut_notice(2, 9, 512, "a.tsv").at(0).text == "a.tsv: 2 of 9 texts are longer than 512 tokens and were cut");
    CHECK(one_line("good\nstuff\t\r") == "good\\nstuff\\t\\r");
    CHECK(one_line("C:\\n") == "C:\\n"); // nothing to hide
    CHECK(one_line("C:\\n\n") == "C:\\\\n\\n");
}
