// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/entity_report.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

namespace {

void compare(const scores& s, const peer_numbers& reference) {
    CHECK(std::abs(s.precision - reference[0]) < 1e-15);
    CHECK(std::abs(s.recall - reference[1]) < 1e-15);
    CHECK(std::abs(s.f1 - reference[2]) < 1e-15);
    CHECK(static_cast<double>(s.support) == reference[3]);
}

} // namespace

TEST_CASE("Entity reports equal seqeval's, in one go and in parts", "[metric]") {
    for (const auto& c : peer_entity_cases) {
        const auto fresh = [&] { return c.strict ? entity_report(tag_scheme_of(c.scheme)) : entity_report(); };
        auto whole = fresh(), part = fresh(), rest = fresh();
        for (std::size_t i = 0; i < c.references.size(); ++i) {
            whole.add(c.references[i], c.predictions[i]);
            (i % 3 ? part : rest).add(c.references[i], c.predictions[i]);
        }
        rest.merge(part);
        INFO(c.scheme << (c.strict ? ", strict" : ""));
        for (const auto* report : {&whole, &rest}) {
            REQUIRE(report->types() == c.types);
            for (std::size_t i = 0; i < c.types.size(); ++i) compare(report->of_type(c.types[i]), c.figures[i]);
            compare(report->over_types(average::micro), c.figures[c.types.size()]);
            compare(report->over_types(average::macro), c.figures[c.types.size() + 1]);
            compare(report->over_types(average::weighted), c.figures[c.types.size() + 2]);
            CHECK(report->value() == report->over_types(average::micro).f1);
        }
    }
}

TEST_CASE("Entity reports: nothing anywhere, and what is refused", "[metric]") {
    entity_report report;
    report.add(peer_texts{"O"}, peer_texts{"O"});
    CHECK(report.value() == 0);
    CHECK(report.over_types(average::macro).f1 == 0);
    CHECK(report.of_type("PER").support == 0);
    CHECK(caught([&] { report.add(peer_texts{"O"}, peer_texts{}); }).code == "metric.sizes");
    CHECK(caught([&] { report.add(peer_texts{"B-X"}, peer_texts{"Q"}); }).code == "metric.tag");
    CHECK(report.types().empty());
    const auto e = caught([&] { report.merge(entity_report(tag_scheme::iob2)); });
    CHECK(e.code == "metric.option");
    CHECK(e.expected == "none");
    CHECK(e.found == "IOB2");
}
