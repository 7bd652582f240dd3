// SPDX-License-Identifier: Apache-2.0
#include <hone/data/split.hpp>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;

namespace {

/// `counts[k]` lines of label k, in turn; the text is the number of the row.
text_table table(std::vector<int> counts) {
    text_table t;
    t.file = "a.tsv";
    for (bool more = true; more;) {
        more = false;
        for (std::size_t k = 0; k < counts.size(); ++k)
            if (counts[k] > 0) {
                --counts[k];
                more = true;
                detail::append(t, std::to_string(t.size()), "label " + std::to_string(k), true, static_cast<std::int64_t>(t.size()) + 1);
            }
    }
    return t;
}

std::map<std::string, std::int64_t> counted(const text_table& t) {
    std::map<std::string, std::int64_t> m;
    for (const auto& c : count_labels(t)) m[c.name] = c.lines;
    return m;
}

} // namespace

TEST_CASE("A stratified tenth", "[data]") {
    const auto whole = table({100, 50, 30, 9, 4, 1});
    const auto [train, dev] = stratified_split(whole);
    CHECK(dev.size() == 19); // round(19.4)
    CHECK(train.size() + dev.size() == whole.size());
    const auto aside = counted(dev);
    CHECK(aside.at("label 0") == 10);
    CHECK(aside.at("label 1") == 5);
    CHECK(aside.at("label 2") == 3);
    CHECK(aside.at("label 3") == 1); // 0.9: the largest remainder
    CHECK(aside.size() == 4);
    CHECK(counted(train).size() == 6);
    CHECK(train.file == "a.tsv");
    CHECK(dev.file == "a.tsv");
    // every row is in exactly one of the two, with its label and line, in the order of the file
    std::size_t i = 0, j = 0;
    for (std::size_t row = 0; row < whole.size(); ++row) {
        const bool in_dev = j < dev.size() && dev.text[j] == whole.text[row];
        const auto& part = in_dev ? dev : train;
        const std::size_t at = in_dev ? j++ : i++;
        REQUIRE(at < part.size());
        CHECK(part.text[at] == whole.text[row]);
        CHECK(part.label[at] == whole.label[row]);
        CHECK(part.line[at] == whole.line[row]);
    }
}

TEST_CASE("The split is a function of the seed", "[data]") {
    const auto whole = table({40, 40});
    CHECK(stratified_split(whole, 0.1, 3).dev.text == stratified_split(whole, 0.1, 3).dev.text);
    CHECK(stratified_split(whole, 0.1, 3).dev.text != stratified_split(whole, 0.1, 4).dev.text);
    CHECK(stratified_split(table({10}), 0.3, 0).dev.text == std::vector<std::string>{"3", "6", "8"}); // as reference/data/orders.py says
}

TEST_CASE("Every label keeps a line for training", "[data]") {
    for (const double share : {0.01, 0.1, 0.5, 0.9, 0.999}) {
        const auto whole = table({1, 2, 3, 1, 7});
        const auto [train, dev] = stratified_split(whole, share, 1);
        CHECK(counted(train).size() == 5);
        CHECK(dev.size() >= 1);
    }
    CHECK(stratified_split(table({2, 1}), 0.1).dev.label == std::vector<std::string>{"label 0"});
    CHECK(stratified_split(table({4, 4, 4, 4, 4, 4, 4, 4, 4, 4}), 0.1).dev.size() == 4); // many small labels still give a tenth
}

TEST_CASE("Texts without labels are one group", "[data]") {
    text_table t;
    for (int i = 0; i < 20; ++i) detail::append(t, std::to_string(i), "", false, i + 1);
    const auto [train, dev] = stratified_split(t);
    CHECK(dev.size() == 2);
    CHECK(train.size() == 18);
    CHECK_FALSE(train.labelled());
}

TEST_CASE("Splits that cannot be", "[data]") {
    for (const double share : {0.0, 1.0, -0.5, 2.0, std::numeric_limits<double>::quiet_NaN()}) {
        const auto e = caught([&] { stratified_split(table({10}), share); });
        CHECK(e.code == "data.split_share");
        CHECK(e.where.file == "a.tsv");
        CHECK(e.expected == "between 0 and 1");
    }
    const auto e = caught([] { stratified_split(table({1, 1, 1})); });
    CHECK(e.code == "data.split_too_small");
    CHECK(e.expected == "a label with two lines");
    CHECK(e.found == "none in 3 lines");
    CHECK(caught([] { stratified_split(text_table{}); }).found == "none in 0 lines");
}

TEST_CASE("The same text twice", "[data]") {
    auto t = table({6});
    t.text = {"a", "b", "a", "c", "b", "a"};
    t.label = {"0", "1", "0", "1", "2", "3"};
    const auto found = duplicates(t);
    REQUIRE(found.size() == 3);
    CHECK(found[0].first == 0);
    CHECK(found[0].second == 2);
    CHECK(found[0].same_label);
    CHECK(found[1].first == 1);
    CHECK(found[1].second == 4);
    CHECK_FALSE(found[1].same_label);
    CHECK(found[2].first == 0);
    CHECK(found[2].second == 5);
    CHECK_FALSE(found[2].same_label);
    CHECK(duplicates(table({5})).empty());
    CHECK(duplicates(text_table{}).empty());

    auto other = table({3});
    other.text = {"x", "b", "a"};
    other.label = {"0", "1", "1"};
    const auto shared = shared_texts(t, other);
    REQUIRE(shared.size() == 2);
    CHECK(shared[0].first == 1);
    CHECK(shared[0].second == 1);
    CHECK(shared[0].same_label);
    CHECK(shared[1].first == 0);
    CHECK(shared[1].second == 2);
    CHECK_FALSE(shared[1].same_label);
}
