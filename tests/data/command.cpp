// SPDX-License-Identifier: Apache-2.0
#include <hone/data/command.hpp>

#include <string>
#include <vector>

#include <hone/data/delimited.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

TEST_CASE("A command reads a line a text and writes as many", "[data]") {
    CHECK(through_command({"one", "", "two\nlines"}, "tr a-z A-Z") == strings{"ONE", "", "TWO LINES"});
    CHECK(through_command({}, "cat").empty());
    const strings many(50000, "a text that is long enough to fill pipes");
    CHECK(through_command(many, "cat") == many);
}

TEST_CASE("Commands that fail", "[data]") {
    const auto e = caught([] { through_command({"a"}, "exit 3"); });
    CHECK(e.code == "data.command");
    CHECK(e.where.name == "exit 3");
    CHECK(e.found == "3");
    CHECK(caught([] { through_command({"a"}, "/no/such/command 2>/dev/null"); }).found == "127");
    CHECK(caught([] { through_command({"a"}, "kill -9 $$"); }).problem == "the command was ended by a signal");
    const auto lines = caught([] { through_command({"a", "b"}, "head -n 1"); });
    CHECK(lines.expected == "2");
    CHECK(lines.found == "1");
}

TEST_CASE("Texts that the command changed are added", "[data]") {
    const auto t = parse_tsv("a film\tyes\nTHE END\tno\n", "a.tsv", text_column{0}, label_column{1});
    const auto more = augment_through(t, "tr a-z A-Z");
    CHECK(more.text == strings{"a film", "THE END", "A FILM"});
    CHECK(more.label == strings{"yes", "no", "yes"});
    const auto pair = parse_tsv("a\tb\n", "a.tsv", text_column{0}, label_column{}, {.second = column(1)});
    CHECK(augment_through(pair, "tr a-z A-Z").second == strings{"b", "B"});
}
