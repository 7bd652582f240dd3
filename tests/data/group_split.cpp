// SPDX-License-Identifier: Apache-2.0
#include <hone/data/group_split.hpp>

#include <set>
#include <string>
#include <vector>

#include <hone/data/delimited.hpp>
#include <hone/data/json_lines.hpp>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

text_table authors(int rows, int groups) {
    std::string bytes;
    for (int i = 0; i < rows; ++i) bytes += "text " + std::to_string(i) + "\tyes\tauthor " + std::to_string(i * i % groups) + "\n";
    return parse_tsv(bytes, "a.tsv", text_column{0}, label_column{1}, {.group = column(2)});
}

} // namespace

TEST_CASE("No group stands on both sides", "[data]") {
    const auto t = authors(300, 53);
    for (const double share : {0.05, 0.2, 0.5}) {
        const auto [train, dev] = group_split(t, share, 7);
        CHECK(train.size() + dev.size() == t.size());
        const std::set<std::string> left(train.group.begin(), train.group.end()), right(dev.group.begin(), dev.group.end());
        for (const auto& name : right) CHECK(left.count(name) == 0);
        CHECK(static_cast<double>(dev.size()) == Approx(share * 300).margin(12)); // about the largest group
    }
    CHECK(group_split(t, 0.2, 7).dev.text == group_split(t, 0.2, 7).dev.text);
    CHECK(group_split(t, 0.2, 7).dev.text != group_split(t, 0.2, 8).dev.text);
}

TEST_CASE("Both sides keep a group", "[data]") {
    const auto two = parse_tsv("a\tx\nb\tx\nc\ty\n", "a.tsv", text_column{0}, label_column{}, {.group = column(1)});
    for (const double share : {0.01, 0.3, 0.99}) {
        const auto [train, dev] = group_split(two, share, 1);
        CHECK(train.size() > 0);
        CHECK(dev.size() > 0);
    }
    CHECK(group_split(two, 0.01, 1).dev.size() == 1); // the smaller one
    CHECK(caught([&] { group_split(two, 0); }).code == "data.split_share");
    CHECK(caught([] { group_split(parse_tsv("a\tx\nb\tx\n", "a", text_column{0}, label_column{}, {.group = column(1)})); }).code == "data.split_too_small");
    CHECK(caught([] { group_split(parse_tsv("a\nb\n", "a", text_column{0})); }).code == "data.no_groups");
    CHECK(parse_json_lines("{\"t\":\"a\",\"g\":7}", "a", text_column{"t"}, label_column{}, {.group = column("g")}).group.at(0) == "7");
}
