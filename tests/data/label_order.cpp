// SPDX-License-Identifier: Apache-2.0
#include <hone/data/label_order.hpp>

#include <string>
#include <vector>

#include "data/caught.hpp"
#include "test.hpp"

using namespace hone;
using strings = std::vector<std::string>;

namespace {

label_choice settled(strings data, const strings& checkpoint, bool anew = false) {
    return settle_labels(label_map::sorted(std::move(data)), checkpoint, anew, "--new-head");
}

} // namespace

TEST_CASE("The names of the checkpoint keep its order", "[data]") {
    const auto c = settled({"negative", "positive"}, {"positive", "negative"});
    CHECK(c.labels.names() == strings{"positive", "negative"});
    CHECK(c.keeps_classifier);
    REQUIRE(c.notices.size() == 1);
    CHECK(c.notices[0].code == "data.labels_of_the_checkpoint");
    CHECK(settled({"a", "b"}, {"a", "b"}).notices.empty());
    CHECK(settled({"a", "b"}, {"a", "b"}).keeps_classifier);
}

TEST_CASE("Numbers and LABEL_k are the same names", "[data]") {
    CHECK(settled({"2", "0", "1"}, {"LABEL_0", "LABEL_1", "LABEL_2"}).labels.names() == strings{"0", "1", "2"});
    CHECK(settled({"2", "0", "1"}, {"LABEL_0", "LABEL_1", "LABEL_2"}).keeps_classifier);
    CHECK(settled({"0", "1"}, {"1", "0"}).labels.names() == strings{"1", "0"});
    CHECK(settled({"LABEL_0", "LABEL_1"}, {"1", "0"}).labels.names() == strings{"LABEL_1", "LABEL_0"});
    strings twelve, theirs;
    for (int i = 0; i < 12; ++i) twelve.push_back(std::to_string(i)), theirs.push_back("LABEL_" + std::to_string(i));
    CHECK(settled(twelve, theirs).labels.names() == twelve);
    CHECK_FALSE(settled({"1", "2"}, {"LABEL_0", "LABEL_1"}).keeps_classifier); // 1 and 2 are not 0 and 1
}

TEST_CASE("Other names: a new classifier, which is said", "[data]") {
    const auto c = settled({"good", "bad"}, {"positive", "negative"});
    CHECK(c.labels.names() == strings{"bad", "good"});
    CHECK_FALSE(c.keeps_classifier);
    REQUIRE(c.notices.size() == 1);
    CHECK(c.notices[0].code == "data.labels_anew");
    CHECK(c.notices[0].text.find("\"positive\", \"negative\"") != std::string::npos);
    CHECK(settled({"a"}, {}).notices.empty()); // nothing to keep
    CHECK_FALSE(settled({"a"}, {}).keeps_classifier);
    CHECK(settled({"a", "b"}, {"b", "a"}, true).labels.names() == strings{"a", "b"});
    CHECK_FALSE(settled({"a", "b"}, {"b", "a"}, true).keeps_classifier);
}

TEST_CASE("Names that partly agree are refused with both lists", "[data]") {
    for (const auto& data : {strings{"negative", "neutral", "positive"}, strings{"negative"}, strings{"negative", "neutral"}}) {
        const auto e = caught([&] { settled(data, {"positive", "negative"}); });
        CHECK(e.code == "data.labels_differ");
        CHECK(e.expected == "the names of the checkpoint, \"positive\", \"negative\", or a new classifier (--new-head)");
        CHECK(e.found.starts_with("\"negative\""));
        CHECK_FALSE(settled(data, {"positive", "negative"}, true).keeps_classifier);
    }
    CHECK(caught([] { settled({"a"}, {"b", "b"}); }).code == "data.duplicate_label");
}

TEST_CASE("Labels that only another file has", "[data]") {
    text_table dev;
    dev.file = "dev.tsv";
    detail::append(dev, "x", "yes", true, 1);
    detail::append(dev, "y", "1.0", true, 2);
    const auto e = caught([&] { check_labels(dev, label_map({"no", "yes", "1"})); });
    CHECK(e.code == "data.unknown_label");
    CHECK(e.where.line == 2);
    CHECK(e.found == "\"1.0\"");
    dev.label[1] = "1";
    check_labels(dev, label_map({"no", "yes", "1"}));
    check_labels(text_table{}, label_map());
}
