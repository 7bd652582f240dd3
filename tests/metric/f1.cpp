// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/f1.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/reports.hpp"
#include "test.hpp"

using namespace hone;
using ids = std::vector<std::int32_t>;

namespace {

bool near(double a, double b) { return std::abs(a - b) <= 1e-15; }

void compare(const scores& s, const double (&reference)[3]) {
    CHECK(near(s.precision, reference[0]));
    CHECK(near(s.recall, reference[1]));
    CHECK(near(s.f1, reference[2]));
}

} // namespace

TEST_CASE("Precision, recall and F1 equal scikit-learn's", "[metric]") {
    for (const auto& c : report_cases) {
        INFO(c.what);
        class_counts counts(static_cast<int>(c.names.size()));
        counts.add(c.labels, c.predicted);
        CHECK(near(counts.accuracy(), c.accuracy));
        compare(counts.micro(), c.present[0]);
        compare(counts.macro(), c.present[1]);
        compare(counts.weighted(), c.present[2]);
        compare(counts.micro(), c.all[0]);
        compare(counts.macro(classes_counted::all), c.all[1]);
        compare(counts.weighted(classes_counted::all), c.all[2]);
    }
}

TEST_CASE("Counts in parts, in any order, give the same bits", "[metric]") {
    for (const auto& c : report_cases) {
        const int classes = static_cast<int>(c.names.size());
        class_counts whole(classes), part(classes), rest(classes);
        confusion matrix(classes);
        whole.add(c.labels, c.predicted);
        matrix.add(c.labels, c.predicted);
        for (std::size_t i = c.labels.size(); i-- > 0;) (i % 3 ? part : rest).add(c.labels[i], c.predicted[i]);
        rest.merge(part);
        for (const auto& other : {rest, class_counts(matrix)}) {
            CHECK(whole.macro().f1 == other.macro().f1);
            CHECK(whole.weighted().precision == other.weighted().precision);
            CHECK(whole.micro().recall == other.micro().recall);
            CHECK(whole.accuracy() == other.accuracy());
        }
    }
}

TEST_CASE("Classes that are never predicted, never a label, or neither", "[metric]") {
    class_counts c(4); // 0 is both, 1 only a label, 2 only predicted, 3 neither
    c.add(ids{0, 1, 0, ignored_label}, ids{0, 0, 2, 3});
    const auto is = [&](std::int32_t id, double precision, double recall, double f1, std::int64_t support) {
        const auto s = c.of_class(id);
        CHECK(s.precision == precision);
        CHECK(s.recall == recall);
        CHECK(s.f1 == f1);
        CHECK(s.support == support);
    };
    is(0, 0.5, 0.5, 0.5, 2);
    is(1, 0, 0, 0, 1);
    is(2, 0, 0, 0, 0);
    is(3, 0, 0, 0, 0);
    CHECK(c.counted(classes_counted::present) == ids{0, 1, 2});
    CHECK(c.counted(classes_counted::all) == ids{0, 1, 2, 3});
    CHECK(c.macro().f1 == 0.5 / 3);
    CHECK(c.macro(classes_counted::all).f1 == 0.125);
    CHECK(c.weighted().f1 == 1.0 / 3);
    CHECK(c.weighted(classes_counted::all).f1 == 1.0 / 3);
    CHECK(c.micro().support == 3);
    CHECK(c.macro().support == 3);
}

TEST_CASE("Counts: what is refused", "[metric]") {
    class_counts c(2);
    for (const auto& e : {caught([&] { c.micro(); }), caught([&] { c.macro(); }), caught([&] { c.weighted(classes_counted::all); }),
                          caught([&] { c.accuracy(); })}) {
        CHECK(e.code == "metric.empty");
        CHECK(e.expected == "at least one labelled example");
        CHECK(e.found == "none");
    }
    CHECK(caught([&] { c.add(2, 0); }).where.name == "label");
    const auto e = caught([&] { c.add(0, 2); });
    CHECK(e.code == "metric.class_range");
    CHECK(e.where.name == "prediction");
    CHECK(e.expected == "0 to 1");
    CHECK(e.found == "2");
    CHECK(c.of_class(0).support == 0);
    CHECK(caught([&] { c.of_class(2); }).code == "metric.class_range");
    CHECK(caught([&] { c.merge(class_counts(3)); }).code == "metric.classes");
    CHECK(caught([&] { class_counts{0}; }).found == "0");
}
