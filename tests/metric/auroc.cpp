// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/auroc.hpp>

#include <cmath>
#include <span>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

TEST_CASE("The area under the curve equals scikit-learn's, in one go and in parts", "[metric]") {
    auroc whole, part, rest;
    for (std::size_t i = 0; i < peer_truth.size(); ++i) {
        whole.add(peer_truth[i], peer_scores[i]);
        (i % 3 ? part : rest).add(peer_truth[i], peer_scores[i]);
    }
    rest.merge(part);
    CHECK(std::abs(whole.value() - ::peer_auroc) < 1e-15);
    CHECK(whole.value() == rest.value());

    class_auroc classes(3), some(3), others(3);
    for (std::size_t i = 0; i < peer_kinds.size(); ++i) {
        classes.add(peer_kinds[i], std::span(peer_rows[i]));
        (i % 3 ? some : others).add(peer_kinds[i], std::span(peer_rows[i]));
    }
    others.merge(some);
    for (const auto* c : {&classes, &others})
        for (int how = 0; how < 2; ++how)
            for (int mean = 0; mean < 2; ++mean) {
                const auto value = c->value(how ? auroc_classes::one_against_one : auroc_classes::one_against_rest,
                                            mean ? average::weighted : average::macro);
                CHECK(std::abs(value - peer_class_auroc[how][mean]) < 1e-15);
            }
}

TEST_CASE("Areas that are undefined, and what is refused", "[metric]") {
    auroc a;
    CHECK(caught([&] { a.value(); }).code == "metric.empty");
    a.add(1, 0.5);
    a.add(ignored_label, 7);
    CHECK(std::isnan(a.value()));
    a.add(0, 0.5);
    CHECK(a.value() == 0.5);
    CHECK(caught([&] { a.add(2, 0.5); }).code == "metric.class_range");
    CHECK(caught([&] { a.add(0, std::nan("")); }).where.name == "score");
    class_auroc c(3);
    const std::vector<float> row{0.5f, 0.25f, 0.25f}, two{0.5f, 0.5f};
    CHECK(caught([&] { c.add(0, std::span(two)); }).found == "2");
    CHECK(caught([&] { c.add(3, std::span(row)); }).code == "metric.class_range");
    CHECK(caught([&] { c.value(); }).code == "metric.empty");
    c.add(0, std::span(row));
    CHECK(std::isnan(c.value()));
    CHECK(caught([&] { c.value(auroc_classes::one_against_rest, average::micro); }).code == "metric.option");
    CHECK(caught([&] { c.merge(class_auroc(2)); }).code == "metric.classes");
    CHECK(caught([] { class_auroc{1}; }).found == "1");
}
