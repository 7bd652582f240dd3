// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/calibration.hpp>

#include <cmath>
#include <span>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;
using row = std::vector<double>;

TEST_CASE("The calibration error of cases that can be reckoned by hand", "[metric]") {
    calibration_error c(4);
    const auto add = [&](std::int32_t label, const row& p) { c.add(label, std::span(p)); };
    add(0, {1, 0}); // (0.75, 1]: right, sure
    CHECK(c.value() == 0);
    add(1, {0.5, 0.5}); // (0.25, 0.5]: the first of equals, wrong
    CHECK(c.value() == 0.25);
    add(0, {0.75, 0.25}); // an edge belongs to the bin below: (0.5, 0.75], right
    CHECK(c.value() == 0.25);
    add(1, {0.875, 0.125}); // with the first: 1 right of 2, 1.875 sure
    CHECK(c.value() == (0.875 + 0.5 + 0.25) / 4);
}

TEST_CASE("Calibration in parts gives the same bits; what is refused", "[metric]") {
    calibration_error whole, part, rest;
    for (std::size_t i = 0; i < peer_kinds.size(); ++i) {
        whole.add(peer_kinds[i], std::span(peer_rows[i]));
        (i % 3 ? part : rest).add(peer_kinds[i], std::span(peer_rows[i]));
    }
    rest.merge(part);
    CHECK(whole.value() == rest.value());
    CHECK(whole.value() > 0);
    CHECK(caught([] { calibration_error().value(); }).code == "metric.empty");
    CHECK(caught([] { calibration_error(0); }).where.name == "bins");
    CHECK(caught([&] { whole.merge(calibration_error(3)); }).code == "metric.option");
    CHECK(caught([&] { whole.add(0, std::span<const double>(row{0.5, 0.5})); }).code == "metric.classes");
}
