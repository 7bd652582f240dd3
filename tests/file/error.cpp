// Messages may be printed, whatever stood in the file.
// SPDX-License-Identifier: Apache-2.0
#include <hone/file/error.hpp>

#include "test.hpp"

using namespace std::string_literals;

TEST_CASE("what a terminal would obey is escaped, in quotes and without") {
    struct {
        std::string text, shown;
    } const rows[] = {{"plain", "plain"},
                      {"\x1b[31m", "\\x1b[31m"},
                      {"\x7f", "\\x7f"},
                      {"\xC2\x9b", "\\xc2\\x9b"},                 // C1, another beginning of an escape sequence
                      {"\xC2\xA0", "\xC2\xA0"},                   // just above C1
                      {"a\xE2\x80\xAE" "b", "a\\xe2\\x80\\xae" "b"}, // U+202E, from right to left
                      {"\xE2\x81\xA6\xE2\x81\xA9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
                      {"\xE2\x80\xA8", "\\xe2\\x80\\xa8"},        // a line separator
                      {"\xED\xA0\x80", "\\xed\\xa0\\x80"},        // half of a surrogate pair
                      {"\xF3\xA0\x81\x81", "\\xf3\\xa0\\x81\\x81"}, // a tag, which nobody sees
                      {"\xC0\x80", "\\xc0\\x80"},
                      {"\xFF", "\\xff"},
                      {"\xE2\x82", "\\xe2\\x82"},
                      {"a\0b"s, "a\\x00b"},
                      {"\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80", "\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"},
                      {"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9"}}; // joined emoji
    for (const auto& row : rows) {
        INFO(row.shown);
        CHECK(hone::in_quotes(row.text) == "\"" + row.shown + "\"");
        CHECK(hone::printable(row.text) == row.shown);
        CHECK(hone::printable(row.text, true) == row.shown);
        CHECK(hone::printable(row.shown) == row.shown);
    }
    CHECK(hone::in_quotes("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(hone::printable("a\"b\\c") == "a\"b\\c");
    CHECK(hone::in_quotes("a\nb\tc") == "\"a\\x0ab\\x09c\"");
    CHECK(hone::printable("a\nb\tc\r") == "a\nb\\tc\\r");
    CHECK(hone::printable("a\nb\tc\r", true) == "a\\nb\\tc\\r");
    CHECK(hone::in_quotes("abcdef", 4) == "\"abc\"... (6 bytes)");
}

TEST_CASE("an error's texts are printable, its place is as it was") {
    const hone::error e("room.reason", "a \x1b[2J problem\n  line", {.file = "dir\x1b/\xE2\x80\xAE", .line = 3, .name = "\x1b"}, "\xC2\x9b", {"found \x07 ", 3});
    CHECK(e.problem == "a \\x1b[2J problem\n  line");
    CHECK(e.expected == "\\xc2\\x9b");
    CHECK(e.found == "found \\x07 3");
    CHECK(e.where.file == "dir\x1b/\xE2\x80\xAE");
    CHECK(e.what() == "dir\\x1b/\\xe2\\x80\\xae:3, \"\\x1b\": a \\x1b[2J problem\n  line (expected \\xc2\\x9b, found found \\x07 3) [room.reason]"s);
}
