// SPDX-License-Identifier: Apache-2.0
#include <hone/metric/correlation.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "data/caught.hpp"
#include "reference/metric/peers.hpp"
#include "test.hpp"

using namespace hone;

namespace {

template <class Metric>
void compare(const peer_pairs& c, double expected) {
    INFO(c.what);
    Metric whole, part, rest;
    for (std::size_t i = 0; i < c.x.size(); ++i) {
        whole.add(c.y[i], c.x[i]);
        (i % 3 ? part : rest).add(c.y[i], c.x[i]);
    }
    rest.merge(part);
    CHECK(std::abs(whole.value() - expected) < 1e-14);
    CHECK(whole.value() == rest.value());
    CHECK(rest.count() == static_cast<std::int64_t>(c.x.size()));
}

} // namespace

TEST_CASE("Correlations equal scipy's, in one go and in parts", "[metric]") {
    for (const auto& c : peer_correlations) {
        compare<pearson>(c, c.pearson);
        compare<spearman>(c, c.spearman);
    }
}

TEST_CASE("Correlations that are undefined, and what is refused", "[metric]") {
    pearson r;
    r.add(1, 2);
    const auto one = caught([&] { r.value(); });
    CHECK(one.code == "metric.empty");
    CHECK(one.expected == "at least 2 pairs");
    CHECK(one.found == "1");
    CHECK(caught([] { spearman().value(); }).found == "0");
    r.add(2, 2);
    CHECK(std::isnan(r.value()));
    spearman ranks;
    ranks.add(1, 1);
    ranks.add(1, 2);
    CHECK(std::isnan(ranks.value()));
    const auto nan = caught([&] { r.add(0, std::nan("")); });
    CHECK(nan.code == "metric.not_a_number");
    CHECK(nan.where.name == "prediction");
    CHECK(caught([&] { ranks.add(std::numeric_limits<double>::infinity(), 0); }).found == "infinite");
    CHECK(caught([&] { r.add(1e200, 0); }).code == "metric.too_large");
    CHECK(r.count() == 2);
}

TEST_CASE("An offset costs Pearson's coefficient no digit", "[metric]") {
    pearson near, far; // whole numbers, so both hold the same spreads exactly
    for (int i = 0; i < 50; ++i) {
        const double x = i * 37 % 50, y = i * 11 % 50 + i;
        near.add(y, x);
        far.add(y, x + 1e15);
    }
    CHECK(near.value() == far.value());
}

TEST_CASE("Ranks: equal numbers share the mean of theirs", "[metric]") {
    CHECK(double_ranks({3, 1, 3, 2}) == std::vector<std::int64_t>{7, 2, 7, 4});
    CHECK(double_ranks({}).empty());
}
