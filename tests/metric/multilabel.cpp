// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/multilabel.hpp>

#include <cmath>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

namespace {

void compare(const scores& s, const double (&reference)[3]) {
    CHECK(std::abs(s.precision - reference[0]) < 1e-15);
    CHECK(std::abs(s.recall - reference[1]) < 1e-15);
    CHECK(std::abs(s.f1 - reference[2]) < 1e-15);
}

} // namespace

TEST_CASE("Sets of labels: figures equal scikit-learn's, in one go and in parts", "[metric]") {
    label_set_counts whole(5), part(5), rest(5);
    for (std::size_t i = 0; i < peer_set_labels.size(); ++i) {
        whole.add(peer_set_labels[i], peer_set_predictions[i]);
        (i % 3 ? part : rest).add(peer_set_labels[i], peer_set_predictions[i]);
    }
    rest.merge(part);
    for (const auto* c : {&whole, &rest}) {
        compare(c->over_classes(average::micro), peer_set_figures[0]);
        compare(c->over_classes(average::macro), peer_set_figures[1]);
        compare(c->over_classes(average::weighted), peer_set_figures[2]);
        compare(c->over_examples(), peer_set_figures[3]);
        CHECK(c->accuracy() == peer_set_accuracy);
    }
    CHECK(whole.over_examples().f1 == rest.over_examples().f1);
}

TEST_CASE("Sets of labels: repeated classes, chosen classes, what is refused", "[metric]") {
    label_set_counts c(3);
    CHECK(caught([&] { c.over_examples(); }).code == "metric.empty");
    CHECK(caught([&] { c.accuracy(); }).expected == "at least 1 examples");
    c.add(peer_ids{2, 0, 2}, peer_ids{0, 0});
    CHECK(c.of_class(0).f1 == 1);
    CHECK(c.of_class(2).support == 1);
    CHECK(c.over_examples().recall == 0.5);
    CHECK(c.over(peer_ids{1, 2}, average::macro).recall == 0);
    CHECK(c.accuracy() == 0);
    const auto range = caught([&] { c.add(peer_ids{0}, peer_ids{1, 3}); });
    CHECK(range.code == "metric.class_range");
    CHECK(range.where.name == "prediction");
    CHECK(c.of_class(0).support == 1); // nothing was counted
    CHECK(caught([&] { c.over(peer_ids{3}, average::micro); }).code == "metric.class_range");
    CHECK(caught([&] { c.merge(label_set_counts(2)); }).code == "metric.classes");
    CHECK(caught([] { label_set_counts{0}; }).code == "metric.classes");
}
