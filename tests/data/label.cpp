// SPDX-License-Identifier: Apache-2.0
#include <hone/data/label.hpp>

#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

text_table table(strings labels) {
    text_table t;
    t.file = "a.tsv";
    for (std::size_t i = 0; i < labels.size(); ++i) detail::append(t, "text", labels[i], true, static_cast<std::int64_t>(i + 1));
    return t;
}

} // namespace

TEST_CASE("Labels are numbered in the order of Python's sorted()", "[data]") {
    // sorted(["z", "a", "Z", "10", "9", "é", "名", "😀", "ｚ", "a b", "a"]): code points, not UTF-16 units, not a locale
    const auto map =
        label_map::of(table({"z", "a", "Z", "10", "9", "\xC3\xA9", "\xE5\x90\x8D", "\xF0\x9F\x98\x80", "\xEF\xBD\x9A", "a b", "a"}));
    CHECK(map.names() == strings{"10", "9", "Z", "a", "a b", "z", "\xC3\xA9", "\xE5\x90\x8D", "\xEF\xBD\x9A", "\xF0\x9F\x98\x80"});
    for (std::int32_t i = 0; i < map.size(); ++i) {
        CHECK(map.id(map.name(i)) == i);
        CHECK(map.find(map.name(i)) == i);
    }
    CHECK(map.find("A") == -1);
    CHECK(map.find("") == -1);
    CHECK(map.find("\xF0\x9F\x98\x81") == -1);
}

TEST_CASE("Training and dev labels are numbered together", "[data]") {
    const auto train = table({"b", "d"}), dev = table({"c", "b"});
    CHECK(label_map::of({&train, &dev}).names() == strings{"b", "c", "d"});
    CHECK(label_map::of(table({"only", "only"})).size() == 1);
    CHECK(label_map::of(text_table{}).size() == 0);
}

TEST_CASE("A saved order is kept", "[data]") {
    const label_map map({"positive", "negative", "neutral"});
    CHECK(map.id("positive") == 0);
    CHECK(map.id("negative") == 1);
    CHECK(map.name(2) == "neutral");
    const auto twice = caught([] { label_map({"a", "b", "a"}); });
    CHECK(twice.code == "data.duplicate_label");
    CHECK(twice.where.name == "a");
    CHECK(twice.expected == "one");
    CHECK(twice.found == "numbers 0 and 2");
}

TEST_CASE("A label outside the map is named with its neighbours", "[data]") {
    const label_map map({"calendar", "calendar_update", "balance", "transfer", "translate"});
    const auto test = table({"balance", "calender"});
    const auto e = caught([&] { map.id(test.label[1], test.at(1)); });
    CHECK(e.code == "data.unknown_label");
    CHECK(e.where.file == "a.tsv");
    CHECK(e.where.line == 2);
    CHECK(e.expected == "one of 5 labels, the nearest \"calendar\", \"balance\", \"transfer\"");
    CHECK(e.found == "\"calender\"");
    const auto range = caught([&] { map.name(5); });
    CHECK(range.code == "data.label_range");
    CHECK(range.expected == "0 to 4");
    CHECK(range.found == "5");
    CHECK(caught([&] { map.name(-1); }).code == "data.label_range");
    CHECK(caught([] { label_map().name(0); }).code == "data.label_range");
}

TEST_CASE("Labels with hardly any lines", "[data]") {
    const auto t = table({"c", "a", "b", "c", "d", "c", "b"});
    const auto counts = count_labels(t);
    REQUIRE(counts.size() == 4);
    CHECK(counts[0].name == "a");
    CHECK(counts[2].lines == 3);
    const auto rare = rare_labels(t, 3);
    REQUIRE(rare.size() == 3);
    CHECK(rare[0].name == "a");
    CHECK(rare[1].name == "d");
    CHECK(rare[2].name == "b");
    CHECK(rare[2].lines == 2);
    CHECK(rare_labels(t, 1).empty());
}

TEST_CASE("Whole numbers are in their order", "[data]") {
    CHECK(label_map::of(table({"10", "2", "1", "0", "2"})).names() == strings{"0", "1", "2", "10"});
    CHECK(label_map::of(table({"-1", "1", "-10", "0"})).names() == strings{"-10", "-1", "0", "1"});
    CHECK(label_map::of(table({"LABEL_10", "LABEL_9", "LABEL_1"})).names() == strings{"LABEL_1", "LABEL_9", "LABEL_10"});
    CHECK(label_map::of(table({"10", "9", "a"})).names() == strings{"10", "9", "a"}); // one that is none: names
    CHECK(label_map::of(table({"10", "9.5"})).names() == strings{"10", "9.5"});
    CHECK(label_map::of(table({"07", "7", "1"})).names() == strings{"1", "07", "7"}); // equal numbers are two names still
    CHECK(label_map::of(table({"1234567890123456789", "9"})).names() == strings{"1234567890123456789", "9"});
    CHECK(label_map::sorted({"b", "a", "b"}).names() == strings{"a", "b"});
}

TEST_CASE("The edit distance", "[file]") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("flaw", "lawn") == 2);
    CHECK(edit_distance("abc", "abc") == 0);
    CHECK(edit_distance("abc", "acb") == 2);
    CHECK(nearest_names("b", strings{"a", "bb", "c"}, 2) == "\"a\", \"bb\"");
    CHECK(nearest_names("b", strings{"xyz", "b"}, 5) == "\"b\", \"xyz\"");
    CHECK(nearest_names("b", strings{}).empty());
}
