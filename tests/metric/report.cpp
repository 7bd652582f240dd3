// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/report.hpp>

#include <clocale>
#include <string>

#include "data/caught.hpp"
#include "reference/metric/reports.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("The report equals scikit-learn's, letter by letter", "[metric]") {
    std::setlocale(LC_ALL, ""); // a decimal comma must not get in
    for (const auto& c : report_cases) {
        INFO(c.what);
        class_counts counts(static_cast<int>(c.names.size()));
        counts.add(c.labels, c.predicted);
        CHECK(classification_report(counts, c.names) == c.two_digits);
        CHECK(classification_report(counts, c.names, {.digits = 4}) == c.four_digits);
        CHECK(classification_report(counts, c.names, {.digits = 3, .classes = classes_counted::all}) == c.all_classes);
    }
    std::setlocale(LC_ALL, "C");
}

TEST_CASE("Reports that cannot be", "[metric]") {
    class_counts c(2);
    CHECK(caught([&] { classification_report(c, {"a", "b"}); }).code == "metric.empty");
    c.add(0, 0);
    const auto names = caught([&] { classification_report(c, {"a"}); });
    CHECK(names.code == "metric.classes");
    CHECK(names.expected == "2 classes");
    CHECK(names.found == "1");
    const auto digits = caught([&] { classification_report(c, {"a", "b"}, {.digits = 16}); });
    CHECK(digits.code == "metric.digits");
    CHECK(digits.expected == "0 to 15");
    CHECK(digits.found == "16");
}
