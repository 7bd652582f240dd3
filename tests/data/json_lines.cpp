// SPDX-License-Identifier: Apache-2.0
#include <hone/data/json_lines.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

text_table read(std::string_view bytes, const table_options& options = {}) {
    return parse_json_lines(bytes, "a.jsonl", text_column{"t"}, label_column{"l"}, options);
}
error read_error(std::string_view bytes, const table_options& options = {}) {
    return caught([&] { read(bytes, options); });
}

} // namespace

TEST_CASE("JSON lines: fields by name, other fields as they like", "[data]") {
    const auto t = read("{\"t\": \"a\\tb\\u00e9\", \"l\": \"x\"}\n{\"l\": 1, \"other\": [1, {}], \"t\": \"c\"}\r\n\n "
                        "\t\r\n{\"t\":\"\",\"l\":\"-\",\"n\":null}");
    CHECK(t.text == strings{"a\tb\xC3\xA9", "c", ""});
    CHECK(t.label == strings{"x", "1", "-"});
    CHECK(t.line == std::vector<std::int64_t>{1, 2, 5}); // blank lines count as lines
    CHECK(parse_json_lines("\xEF\xBB\xBF{\"t\":\"a\"}", "a", text_column{"t"}).text == strings{"a"});
    CHECK(read("{\"t\":\"a\xE2\x80\xA8"
               "b\",\"l\":\"1\"}")
              .text == strings{"a\xE2\x80\xA8"
                               "b"}); // U+2028 ends no line
    CHECK(read("{\"t\":\"a\",\"l\":-3}").label == strings{"-3"});
    CHECK(read("{\"t\":\"a\",\"l\":18446744073709551615}").label == strings{"18446744073709551615"});
}

TEST_CASE("JSON lines: files that are something else", "[data]") {
    CHECK(read_error("").code == "data.empty_file");
    const auto blank = read_error(" \n\n");
    CHECK(blank.code == "data.no_rows");
    CHECK(blank.where.file == "a.jsonl");
    CHECK(blank.expected == "at least one object");
    CHECK(blank.found == "white space only");
    const auto array = read_error("\n [{\"t\":\"a\",\"l\":\"1\"},\n");
    CHECK(array.code == "data.json_array");
    CHECK(array.where.line == 2);
    CHECK(array.expected == "one object a line");
    CHECK(array.found.starts_with("\"[{"));
    const auto number = read_error("{\"t\":\"a\",\"l\":\"1\"}\n3\n");
    CHECK(number.code == "data.not_an_object");
    CHECK(number.where.line == 2);
    CHECK(number.expected == "an object");
    CHECK(number.found == "\"3\"");
    CHECK(read_error("\x1F\x8B").code == "data.archive");
    const auto index = caught([] { parse_json_lines("{}", "a", text_column{0}); });
    CHECK(index.code == "data.column");
    CHECK(index.expected == "a field's name");
    CHECK(index.found == "index 0");
    CHECK(caught([] { parse_json_lines("{}", "a", text_column{"t"}, label_column{1}); }).found == "index 1");
    CHECK(caught([] { parse_json_lines("{}", "a", text_column{}); }).found == "neither");
}

TEST_CASE("JSON lines: syntax errors carry the line and the byte of the file", "[data]") {
    const std::string good = "{\"t\":\"a\",\"l\":\"1\"}\n"; // 18 bytes
    struct bad_line {
        std::string text, code;
        std::int64_t byte; // in the line
        std::string expected, found;
    };
    for (const auto& bad : {bad_line{"{\"t\":\"a\",\"l\":\"1\"", "json.syntax", 16, "',' or '}'", "the end of the text"},
                            bad_line{"{\"t\":\"a\",\"l\":\"1", "json.syntax", 15, "'\"'", "the end of the text"},
                            bad_line{"{\"t\":\"a\",\"l\":NaN}", "json.syntax", 13, "a value", "\"NaN\""},
                            bad_line{good.substr(0, 17) + good.substr(0, 17), "json.trailing", 17, "the end", "\"{\""},
                            bad_line{"{\"t\":\"a\",}", "json.syntax", 9, "a key in double quotes", "\"}\""},
                            bad_line{"{t:\"a\"}", "json.syntax", 1, "a key in double quotes", "\"t\""},
                            bad_line{"{\"t\":\"a\" // no", "json.syntax", 9, "',' or '}'", "\"/\""},
                            bad_line{"{\"t\":\"\\ud800\",\"l\":\"1\"}", "json.surrogate", 6, "", ""},
                            bad_line{"{\"t\":\"a\",\"l\":01}", "json.number", 13, "", ""},
                            bad_line{"{", "json.syntax", 1, "a key in double quotes", "the end of the text"},
                            bad_line{"{\"t\":\"a\",\"t\":\"b\",\"l\":\"1\"}", "json.duplicate_key", 9, "different keys", ""},
                            bad_line{"{\"t\":\"a\",\"\\u0074\":\"b\",\"l\":\"1\"}", "json.duplicate_key", 9, "different keys", ""},
                            bad_line{"\xEF\xBB\xBF" + good.substr(0, 17), "json.bom", 0, "", ""}}) {
        const auto e = read_error("\xEF\xBB\xBF" + good + good + bad.text + "\n");
        INFO(bad.text << ": " << e.what());
        CHECK(e.code == bad.code);
        CHECK(e.where.file == "a.jsonl");
        CHECK(e.where.line == 3);
        CHECK(e.where.byte == 3 + 36 + bad.byte);
        if (!bad.expected.empty()) CHECK(e.expected == bad.expected);
        if (!bad.found.empty()) CHECK(e.found == bad.found);
        CHECK_FALSE(e.expected.empty());
        CHECK_FALSE(e.found.empty());
    }
}

TEST_CASE("JSON lines: fields missing or of another type", "[data]") {
    const std::string good = "{\"t\":\"a\",\"l\":\"1\"}\n";
    const auto missing = read_error(good + "{\"text\":\"a\",\"l\":\"1\"}\n");
    CHECK(missing.code == "data.missing_column");
    CHECK(missing.where.line == 2);
    CHECK(missing.where.name == "t");
    CHECK(missing.expected == "\"t\"");
    CHECK(missing.found == "\"text\", \"l\"");
    CHECK(read_error(good + "{}").found == "an empty object");
    const auto null = read_error(good + good + "{\"t\":null,\"l\":\"1\"}\n");
    CHECK(null.code == "data.wrong_type");
    CHECK(null.where.line == 3);
    CHECK(null.expected == "a string");
    CHECK(null.found == "null");
    const auto real = read_error("{\"t\":\"a\",\"l\":1.5}");
    CHECK(real.code == "data.wrong_type");
    CHECK(real.where.name == "l");
    CHECK(real.expected == "a string or an integer");
    CHECK(real.found == "number \"1.5\"");
    CHECK(read_error("{\"t\":3,\"l\":1}").found == "number \"3\"");
    CHECK(read_error("{\"t\":[\"a\"],\"l\":1}").code == "data.wrong_type");
    CHECK(read_error("{\"t\":\"a\",\"l\":true}").code == "data.wrong_type");
    const auto empty = read_error(good + "{\"t\":\"a\",\"l\":\" \"}");
    CHECK(empty.code == "data.empty_label");
    CHECK(empty.where.line == 2);
    const auto longer = read_error(good + "{\"t\":\"aa\",\"l\":\"1\"}\n", {.longest_row = 17});
    CHECK(longer.code == "data.row_too_long");
    CHECK(longer.where.line == 2);
    CHECK(longer.expected == "at most 17 bytes");
    CHECK(longer.found == "18");
}

TEST_CASE("Second texts, several labels and numbers of JSON lines", "[data]") {
    const std::string_view bytes = "{\"p\":\"a\",\"q\":\"b\",\"l\":[\"x\",\"y\"]}\n{\"p\":\"c\",\"q\":\"d\",\"l\":[]}\n";
    const auto t = parse_json_lines(bytes, "a.jsonl", text_column{"p"}, label_column{"l"}, {.second = column("q"), .empty_labels = true});
    CHECK(t.second == std::vector<std::string>{"b", "d"});
    CHECK(t.label == std::vector<std::string>{"x|y", ""});
    const auto read = [](std::string_view line, bool reals) {
        return parse_json_lines(line, "a.jsonl", text_column{"p"}, label_column{"l"}, {.real_labels = reals});
    };
    CHECK(read("{\"p\":\"a\",\"l\":0.5}", true).label.at(0) == "0.5");
    CHECK(caught([&] { read("{\"p\":\"a\",\"l\":0.5}", false); }).code == "data.wrong_type");
    CHECK(caught([&] { read("{\"p\":\"a\",\"l\":[\"x|y\"]}", false); }).code == "data.label_bar");
    CHECK(caught([&] { read("{\"p\":\"a\",\"l\":[1]}", false); }).code == "data.wrong_type");
    CHECK(caught([&] { read("{\"p\":\"a\",\"l\":[]}", false); }).code == "data.empty_label");
    const auto index = caught([&] { parse_json_lines(bytes, "a.jsonl", text_column{"p"}, label_column{}, {.second = column(1)}); });
    CHECK(index.code == "data.column");
    CHECK(index.found == "index 1");
}
