// SPDX-License-Identifier: Apache-2.0
#include <hone/data/delimited.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using namespace std::string_literals;
using strings = std::vector<std::string>;
using lines = std::vector<std::int64_t>;

namespace {

const text_column first{0};
const label_column second{1};

error tsv_error(std::string_view bytes, const table_options& options = {}) {
    return caught([&] { parse_tsv(bytes, "a.tsv", first, second, options); });
}
error csv_error(std::string_view bytes, const table_options& options = {}) {
    return caught([&] { parse_csv(bytes, "a.csv", first, second, options); });
}

} // namespace

TEST_CASE("TSV: columns by index, no header line, no quoting", "[data]") {
    const auto t = parse_tsv("\"a lone mark\t1\nb \"c\"\t0\n", "a.tsv", first, second);
    CHECK(t.text == strings{"\"a lone mark", "b \"c\""});
    CHECK(t.label == strings{"1", "0"});
    CHECK(t.line == lines{1, 2});
    CHECK(t.file == "a.tsv");
    CHECK(t.skipped == 0);
    CHECK(t.at(1).line == 2);
}

TEST_CASE("A column given by name makes the first line a header", "[data]") {
    const std::string_view bytes = "label\tid\tsentence\n1\t7\tgood\n0\t8\tbad\n";
    const auto t = parse_tsv(bytes, "a.tsv", text_column{"sentence"}, label_column{"label"});
    CHECK(t.text == strings{"good", "bad"});
    CHECK(t.label == strings{"1", "0"});
    CHECK(t.line == lines{2, 3});
    CHECK(parse_tsv(bytes, "a.tsv", text_column{2}, label_column{"label"}).text == strings{"good", "bad"}); // one name is enough
    CHECK(parse_tsv(bytes, "a.tsv", text_column{2}, label_column{0}).text == strings{"sentence", "good", "bad"});
    CHECK(parse_tsv(bytes, "a.tsv", text_column{"sentence"}).label.empty());
    CHECK_FALSE(parse_tsv(bytes, "a.tsv", text_column{"sentence"}).labelled());
}

TEST_CASE("A column as a program's option gives it", "[data]") {
    CHECK(column::of("12").index() == 12);
    CHECK_FALSE(column::of("12").named());
    CHECK(column::of("12a").name() == "12a");
    CHECK(column::of("1234567890").named());
    CHECK_FALSE(label_column{}.given());
    CHECK(parse_tsv("x\ty\n", "a", text_column{column::of("1")}).text == strings{"y"});
    CHECK(caught([] { column::of(""); }).code == "data.column");
    const auto e = caught([] { column(-1); });
    CHECK(e.code == "data.column");
    CHECK(e.found == "-1");
    CHECK(caught([] { parse_tsv("x\n", "a", text_column{}); }).code == "data.column");
    CHECK(caught([] { parse_tsv("x\ty\n", "a", first, label_column{0}); }).code == "data.column");
}

TEST_CASE("TSV and CSV: line ends", "[data]") {
    for (const bool comma : {false, true}) {
        const auto parse = [&](std::string bytes) {
            if (comma)
                for (auto& c : bytes) c = c == '\t' ? ',' : c;
            return comma ? parse_csv(bytes, "a", first, second) : parse_tsv(bytes, "a", first, second);
        };
        const auto without_newline = parse("a\t1\nb\t2");
        CHECK(without_newline.label == strings{"1", "2"});
        const auto mixed = parse("a\t1\r\nb\t2\nc\t3\r\n");
        CHECK(mixed.label == strings{"1", "2", "3"});
        CHECK(mixed.line == lines{1, 2, 3});
        CHECK(parse("a\rb\t1\n").text == strings{"a\rb"});               // a lone CR is text
        CHECK(parse("a\t1\r\r\nb\t2\r").label == strings{"1\r", "2\r"}); // one CR before \n, none before the end
        CHECK(parse("a\t1\n\r\t2\n").text == strings{"a", "\r"});
        CHECK(parse("a\xC2\x85"
                    "b\xE2\x80\xA8"
                    "c\t1\n")
                  .text == strings{"a\xC2\x85"
                                   "b\xE2\x80\xA8"
                                   "c"}); // U+0085 and U+2028
        CHECK(parse("\xEF\xBB\xBF"
                    "a\t1\n")
                  .text == strings{"a"});                                    // byte order mark
        CHECK(parse("\t1\n  \t2\n").text == strings{"", "  "});              // an empty text is a text
        CHECK(parse("a\t1\na\t1\n").text == strings{"a", "a"});              // identical rows are kept
        CHECK(parse("1,5\t1\n"s.replace(1, 1, ".")).text == strings{"1.5"}); // numbers are text here: no locale has a say
    }
    const auto one_column = parse_tsv("a\n\nb\n", "a.tsv", first); // an empty line is an empty text where there is one column
    CHECK(one_column.text == strings{"a", "", "b"});
    CHECK(one_column.line == lines{1, 2, 3});
}

TEST_CASE("CSV: quotation marks as in RFC 4180", "[data]") {
    const auto t =
        parse_csv("\"a, b\",1\r\n\"he said \"\"no\"\"\",2\n\"two\nlines\r\nthree\",\"3\"\r\n\"\",4\nlast,5", "a.csv", first, second);
    CHECK(t.text == strings{"a, b", "he said \"no\"", "two\nlines\r\nthree", "", "last"});
    CHECK(t.label == strings{"1", "2", "3", "4", "5"});
    CHECK(t.line == lines{1, 2, 3, 6, 7}); // right after quoted line ends
    CHECK(parse_csv("\"a\"", "a.csv", first).text == strings{"a"});
    CHECK(parse_csv("\"\"\"\"\n", "a.csv", first).text == strings{"\""});
    CHECK(parse_csv("a,,\n", "a.csv", text_column{2}).text == strings{""});
    CHECK(parse_csv("id,\"the text\"\n1,x\n", "a.csv", text_column{"the text"}).text == strings{"x"});
}

TEST_CASE("CSV: quotation marks that other programs read differently", "[data]") {
    const auto garbage = csv_error("ok,1\n\"a\"b,2\n");
    CHECK(garbage.code == "data.quote_garbage");
    CHECK(garbage.where.file == "a.csv");
    CHECK(garbage.where.line == 2);
    CHECK(garbage.where.column == 4);
    CHECK(garbage.expected == "a separator or the end of the line; a quotation mark inside is doubled");
    CHECK(garbage.found == "\"b\"");

    const auto escaped = csv_error("\"say \\\"no\\\"\",1\n");
    CHECK(escaped.code == "data.quote_garbage");
    CHECK(escaped.where.line == 1);
    CHECK(escaped.where.column == 8);
    CHECK(escaped.found == "\"n\"");

    const auto open = csv_error("ok,1\nx,\"a\nb\nc,2\n");
    CHECK(open.code == "data.quote_open");
    CHECK(open.where.line == 2); // the opening line, not the last
    CHECK(open.where.column == 3);
    CHECK(open.expected == "a closing quotation mark");
    CHECK(open.found == "the end of the file");

    const auto later = csv_error("\"a\nb\nc\" d,2\n");
    CHECK(later.code == "data.quote_garbage");
    CHECK(later.where.line == 3);
    CHECK(later.where.column == 3);
    CHECK(later.problem == "text after a closing quotation mark (opened on line 1)");

    const auto inside = csv_error("a \"b\",1\n");
    CHECK(inside.code == "data.quote_inside");
    CHECK(inside.where.column == 3);
    CHECK(inside.expected == "the whole field in quotation marks, those inside doubled");
    CHECK(inside.found == "\"a \\\"\"");

    const auto lone = csv_error("\"a\"\r,1\n");
    CHECK(lone.code == "data.quote_garbage");
    CHECK(lone.found == "\"\\x0d\"");
}

TEST_CASE("Files with nothing to read", "[data]") {
    for (const auto* bytes : {"", "\xEF\xBB\xBF"}) {
        const auto e = tsv_error(bytes);
        CHECK(e.code == "data.empty_file");
        CHECK(e.where.file == "a.tsv");
        CHECK(e.expected == "at least one line");
        CHECK(e.found == "an empty file");
    }
    for (const auto* bytes : {"sentence\tlabel\n", "sentence\tlabel"}) {
        const auto e = caught([&] { parse_tsv(bytes, "a.tsv", text_column{"sentence"}, label_column{"label"}); });
        CHECK(e.code == "data.no_rows");
        CHECK(e.where.file == "a.tsv");
        CHECK(e.expected == "at least one");
        CHECK(e.found == "a header line only");
    }
}

TEST_CASE("Ragged rows are an error, or left out and counted on request", "[data]") {
    const auto fewer = tsv_error("a\t1\nb\nc\t3\n");
    CHECK(fewer.code == "data.ragged_row");
    CHECK(fewer.where.line == 2);
    CHECK(fewer.expected == "2 columns");
    CHECK(fewer.found == "1 column");
    const auto more = csv_error("\"a\nb\",1\nc,2,x\n");
    CHECK(more.code == "data.ragged_row");
    CHECK(more.where.line == 3);
    CHECK(more.expected == "2 columns");
    CHECK(more.found == "3 columns");
    const auto blank = tsv_error("a\t1\n\nc\t3\n");
    CHECK(blank.where.line == 2);
    CHECK(blank.found == "an empty line");
    CHECK(tsv_error("a\t1\n   \nc\t3\n").found == "1 column");

    const auto t = parse_tsv("a\t1\nb\n\nc\t3\t\nd\t4\n", "a.tsv", first, second, {.skip_ragged = true});
    CHECK(t.text == strings{"a", "d"});
    CHECK(t.line == lines{1, 5});
    CHECK(t.skipped == 3);
    const auto none = caught([] { parse_tsv("s\tl\nb\n", "a.tsv", text_column{"s"}, label_column{"l"}, {.skip_ragged = true}); });
    CHECK(none.code == "data.no_rows");
    CHECK(none.found == "ragged rows only");
}

TEST_CASE("Columns that are not there", "[data]") {
    const auto name = caught([] { parse_tsv("text\tintent\na\t1\n", "a.tsv", text_column{"sentence"}, label_column{"intent"}); });
    CHECK(name.code == "data.missing_column");
    CHECK(name.where.file == "a.tsv");
    CHECK(name.where.line == 1);
    CHECK(name.where.name == "sentence");
    CHECK(name.expected == "\"sentence\"");
    CHECK(name.found == "\"text\", \"intent\", parted by tabs");
    const auto no_header = caught([] { parse_tsv("good\t1\nbad\t0\n", "a.tsv", text_column{"sentence"}); });
    CHECK(no_header.found == "\"good\", \"1\", parted by tabs");
    const auto index = caught([] { parse_tsv("a\nb\n", "a.tsv", first, second); });
    CHECK(index.code == "data.missing_column");
    CHECK(index.where.line == 1);
    CHECK(index.expected == "a column with index 1 (from 0)");
    CHECK(index.found == "1 column, parted by tabs");
    const auto twice = caught([] { parse_tsv("t\tl\tt\na\t1\tb\n", "a.tsv", text_column{"t"}); });
    CHECK(twice.code == "data.duplicate_column");
    CHECK(twice.where.name == "t");
    CHECK(twice.found == "columns 0 and 2");
    CHECK(parse_tsv("x\tt\tx\na\tb\tc\n", "a.tsv", text_column{"t"}).text == strings{"b"}); // names that nobody asked for may repeat

    std::string wide, row;
    for (int i = 0; i < 100'000; ++i) wide += "c" + std::to_string(i) + (i < 99'999 ? "\t" : "\n");
    for (int i = 0; i < 99'999; ++i) row += '\t';
    CHECK(parse_tsv(wide + row + "x\n", "a.tsv", text_column{"c99999"}).text == strings{"x"});
    const auto lost = caught([&] { parse_tsv(wide + row + "x\n", "a.tsv", text_column{"c"}); });
    CHECK(lost.found.ends_with("\"c15\", ... (100000 columns), parted by tabs"));
}

TEST_CASE("A label of nothing is a missing label", "[data]") {
    for (const auto* bytes : {"a\t1\nb\t\n", "a\t1\nb\t \n"}) {
        const auto e = tsv_error(bytes);
        CHECK(e.code == "data.empty_label");
        CHECK(e.where.line == 2);
        CHECK(e.expected == "a label");
    }
    CHECK(tsv_error("\t\n").found == "\"\"");
}

TEST_CASE("Bytes that are not UTF-8 text", "[data]") {
    const auto latin = tsv_error("caf\xC3\xA9\t1\ncaf\xE9\t1\n");
    CHECK(latin.code == "data.not_utf8");
    CHECK(latin.where.line == 2);
    CHECK(latin.where.byte == 11);
    CHECK(latin.expected == "UTF-8 text");
    CHECK(latin.found == "\"\\xe9\" (Latin-1, perhaps)");
    for (const auto* bad :
         {"\x80", "\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xE2\x82", "\xF0\x9F\x98"}) {
        CHECK(tsv_error(bad + "\t1\n"s).code == "data.not_utf8");
        CHECK(tsv_error("a\t"s + bad).where.byte == 2);
    }
    CHECK(parse_tsv("\xF0\x9F\x98\x80\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF", "a", first).size() == 1);

    const auto marked = tsv_error("\xFF\xFE"
                                  "a\0"s);
    CHECK(marked.code == "data.utf16");
    CHECK(marked.where.byte == 0);
    CHECK(marked.found == "UTF-16, by its byte order mark");
    CHECK(tsv_error("\xFE\xFF\0a"s).code == "data.utf16");
    const auto unmarked = tsv_error("a\t1\nb\0\t\0"s);
    CHECK(unmarked.code == "data.nul");
    CHECK(unmarked.where.line == 2);
    CHECK(unmarked.where.byte == 5);
    CHECK(unmarked.expected == "UTF-8 text");
    CHECK(unmarked.found == "byte 0 (UTF-16, perhaps)");
    const auto gzip = csv_error("\x1F\x8B\x08\0"s);
    CHECK(gzip.code == "data.archive");
    CHECK(gzip.where.file == "a.csv");
    CHECK(gzip.expected == "UTF-8 text (unpack it with gunzip)");
    CHECK(gzip.found == "gzip data");
    CHECK(csv_error("PK\x03\x04 xlsx"s).found == "zip data");
}

TEST_CASE("A row without end", "[data]") {
    const table_options options{.longest_row = 8};
    CHECK(parse_tsv("123456\t1\n", "a.tsv", first, second, options).size() == 1);
    const auto e = tsv_error("a\t1\n1234567\t1\n", options);
    CHECK(e.code == "data.row_too_long");
    CHECK(e.where.line == 2);
    CHECK(e.expected == "at most 8 bytes");
    const auto quoted_row = csv_error("a,1\n\"1\n2\n3\n4\n5\",1\n", options);
    CHECK(quoted_row.code == "data.row_too_long");
    CHECK(quoted_row.where.line == 2);
    CHECK(table_options{}.longest_row == 64u * 1024 * 1024);
}

TEST_CASE("Every prefix of a good file is read or refused, never misread", "[data]") {
    const std::string good = "\xEF\xBB\xBF"
                             "text,label\r\n\"caf\xC3\xA9, \"\"a\"\"\nb\",one\r\nplain,two\n";
    for (std::size_t n = 0; n < good.size(); ++n) {
        const auto e = caught([&] {
            const auto t = parse_csv(std::string_view(good).substr(0, n), "a.csv", text_column{"text"}, label_column{"label"});
            CHECK(t.text.size() == t.label.size());
            CHECK(t.text[0] == "caf\xC3\xA9, \"a\"\nb");
        });
        INFO(n << " " << e.code);
        CHECK((e.code == "nothing was thrown" || e.code.starts_with("data.")));
    }
}

TEST_CASE("The shipped data", "[data]") {
    std::size_t total = 0;
    for (const auto& [name, count] : {std::pair("train", 15'100u), std::pair("dev", 3'100u), std::pair("test", 5'500u)}) {
        const auto t = tsv(HONE_SOURCE_DIR "/examples/data/clinc150/"s + name + ".tsv", first, second);
        CHECK(t.size() == count);
        total += t.size();
    }
    CHECK(total == 23'700);
    CHECK_THROWS_AS(tsv(HONE_SOURCE_DIR "/examples/data/clinc150/absent.tsv", first, second), error);
}

TEST_CASE("What parts the columns of CSV is found or given, and said", "[data]") {
    const auto read = [](std::string_view bytes, const table_options& options = {}) {
        return parse_csv(bytes, "a.csv", text_column{"text"}, label_column{"label"}, options);
    };
    for (const auto& [bytes, name] : {std::pair{"text;label\nso, so;1\n\"a;b\";0\n"s, "semicolons"s}, {"text|label\nso, so|1\na;b|0\n", "pipes"},
                                      {"text\tlabel\nso, so\t1\na;b\t0\n", "tabs"}, {"\"text\";label\nso, so;1\n\"a;b\";0\n", "semicolons"}}) {
        const auto t = read(bytes);
        CHECK(t.text == strings{"so, so", "a;b"});
        CHECK(t.label == strings{"1", "0"});
        REQUIRE(t.notices.size() == 1);
        CHECK(t.notices[0].code == "data.separator");
        CHECK(t.notices[0].text == "a.csv: columns are parted by " + name + ", as its first row shows");
    }
    CHECK(read("text,label\na;b,1\n").notices.empty()); // a comma there is counts
    CHECK(read("text:label\na,b:1\n", {.separator = ':'}).text == strings{"a,b"});
    for (const auto& line : {"sep=;\n"s, "sep=;\r\n"s}) {
        const auto t = read(line + "text;label\na,b;1\n");
        CHECK(t.text == strings{"a,b"});
        CHECK(t.line == lines{3});
        REQUIRE(t.notices.size() == 1);
        CHECK(t.notices[0].text == "a.csv: columns are parted by semicolons, as its first line says");
    }
    CHECK(caught([&] { read("sep=;\n"); }).code == "data.no_rows");
    CHECK(caught([&] { read("sep=;"); }).code == "data.no_rows");
    CHECK(caught([&] { read("sep=;;\ntext;label\n"); }).code == "data.missing_column"); // a header of that name
    CHECK(parse_csv("text\na;b\n", "a.csv", text_column{"text"}).text == strings{"a;b"});
    const auto index = caught([&] { parse_csv("a b\n", "a.csv", first, second); });
    CHECK(index.found == "1 column, parted by commas");
    CHECK(parse_tsv("a;b\tc\n", "a.tsv", first, second).notices.empty());
}

TEST_CASE("Blank lines at the end, and lines that end with carriage returns alone", "[data]") {
    CHECK(parse_tsv("a\t1\nb\t0\n\n", "a.tsv", first, second).text == strings{"a", "b"});
    CHECK(parse_csv("a,1\r\nb,0\r\n\r\n  \n\n", "a.csv", first, second).text == strings{"a", "b"});
    CHECK(tsv_error("a\t1\n\nb\t0\n").code == "data.ragged_row"); // not at the end
    CHECK(caught([] { parse_tsv("a\t1\n\t\n", "a.tsv", first, second); }).code == "data.empty_label"); // two cells, both empty
    const auto t = parse_tsv("a\t1\rb\t0\r", "a.tsv", first, second);
    CHECK(t.text == strings{"a", "b"});
    CHECK(t.label == strings{"1", "0"});
    CHECK(t.line == lines{1, 2});
    REQUIRE(t.notices.size() == 1);
    CHECK(t.notices[0].code == "data.carriage_returns");
    CHECK(parse_csv("a,1\r\"b\rc\",0\r", "a.csv", first, second).text == strings{"a", "b\rc"});
}

TEST_CASE("A second text, and a label that may not be there", "[data]") {
    const table_options pair{.second = column(1), .label_optional = true};
    const auto both = parse_tsv("a\tb\tyes\nc\td\tno\n", "a.tsv", first, label_column{column::last()}, pair);
    CHECK(both.text == strings{"a", "c"});
    CHECK(both.second == strings{"b", "d"});
    CHECK(both.label == strings{"yes", "no"});
    CHECK(both.paired());
    const auto bare = parse_tsv("a\tb\nc\td\n", "a.tsv", first, label_column{column::of("-1")}, pair);
    CHECK(bare.second == strings{"b", "d"});
    CHECK_FALSE(bare.labelled());
    CHECK(caught([&] { parse_tsv("a\tb\n", "a.tsv", first, label_column{column::last()}, {.second = column(1)}); }).code == "data.column");
    CHECK(caught([&] { parse_tsv("a\tb\n", "a.tsv", first, label_column{}, {.second = column(0)}); }).code == "data.column");
    CHECK(caught([&] { parse_tsv("a\tb\n", "a.tsv", first, label_column{}, {.second = column(2)}); }).code == "data.missing_column");
    CHECK(parse_csv("q,p,l\n1,2,3\n", "a.csv", text_column{"p"}, label_column{"l"}, {.second = column("q")}).second == strings{"1"});
    CHECK(parse_tsv("a\t\n", "a.tsv", first, second, {.empty_labels = true}).label == strings{""});
}

TEST_CASE("Rows of separators cost what their bytes do, and no more", "[data]") {
    CHECK(tsv_error(std::string(200, '\t'), {.longest_row = 100}).code == "data.row_too_long");
    CHECK(csv_error(std::string(200, ','), {.longest_row = 100}).code == "data.row_too_long");
    const auto wide = caught([] { parse_tsv(std::string(3u << 20, '\t'), "a.tsv", text_column{0}); });
    CHECK(wide.code == "data.too_many_columns");
    CHECK(wide.expected == "at most 1048576");
}
