// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/confusion.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/reports.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

TEST_CASE("Confusion matrices equal scikit-learn's, in one go and in parts", "[metric]") {
    int compared = 0;
    for (const auto& c : report_cases) {
        const int classes = static_cast<int>(c.names.size());
        if (c.matrix.empty()) continue;
        ++compared;
        confusion whole(classes), part(classes), rest(classes);
        whole.add(c.labels, c.predicted);
        for (std::size_t i = 0; i < c.labels.size(); ++i) (i % 3 ? part : rest).add(c.labels[i], c.predicted[i]);
        part.merge(rest);
        std::vector<std::int64_t> counts, merged;
        for (std::int32_t y = 0; y < classes; ++y)
            for (std::int32_t p = 0; p < classes; ++p) {
                counts.push_back(whole.count(y, p));
                merged.push_back(part.count(y, p));
            }
        INFO(c.what);
        CHECK(counts == c.matrix);
        CHECK(merged == c.matrix);
    }
    CHECK(compared >= 12);
}

TEST_CASE("The worst confusions, in words", "[metric]") {
    confusion c(3);
    const auto add = [&](std::int32_t label, std::int32_t predicted, int times) {
        for (int i = 0; i < times; ++i) c.add(label, predicted);
    };
    CHECK(c.worst().empty());
    CHECK(worst_confusions(c, {"a", "b", "c"}).empty());
    add(0, 0, 10);
    add(0, 1, 2);
    add(1, 0, 2);
    add(1, 1, 2);
    add(2, 0, 3);
    add(2, 1, 1);
    CHECK(worst_confusions(c, {"a", "b", "c"}) ==
          "c taken for a: 3 of 4\nb taken for a: 2 of 4\na taken for b: 2 of 12\nc taken for b: 1 of 4\n");
    CHECK(worst_confusions(c, {"a", "b", "c"}, 1) == "c taken for a: 3 of 4\n");
    CHECK(c.worst(2).size() == 2);
    CHECK(c.worst(2)[1].label == 1);
    CHECK(caught([&] { worst_confusions(c, {"a"}); }).code == "metric.classes");
}

TEST_CASE("Confusion: what is refused", "[metric]") {
    confusion c(2);
    c.add(ignored_label, 7); // passed over, whatever was predicted
    const auto label = caught([&] { c.add(2, 0); });
    CHECK(label.code == "metric.class_range");
    CHECK(label.where.name == "label");
    CHECK(label.expected == "0 to 1");
    CHECK(label.found == "2");
    CHECK(caught([&] { c.add(0, -1); }).where.name == "prediction");
    CHECK(caught([&] { c.add(ids{0, 0}, ids{0, 5}); }).code == "metric.class_range");
    CHECK(c.count(0, 0) == 0); // nothing was counted
    CHECK(caught([&] { c.add(ids{0}, ids{}); }).code == "metric.sizes");
    const auto merge = caught([&] { c.merge(confusion(3)); });
    CHECK(merge.code == "metric.classes");
    CHECK(merge.expected == "2 classes");
    CHECK(merge.found == "3");
    for (const int classes : {0, -1, confusion::most_classes + 1}) {
        const auto e = caught([&] { confusion{classes}; });
        CHECK(e.code == "metric.classes");
        CHECK(e.expected == "1 to 10000");
        CHECK(e.found == std::to_string(classes));
    }
}
