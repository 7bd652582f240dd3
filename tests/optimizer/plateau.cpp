// A rate that falls when a watched value gets no better: patience, thresholds, cooling down, the
// least factor; and as a schedule.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/plateau.hpp"

#include <limits>
#include <vector>

#include "hone/optimizer/adamw.hpp"
#include "test.hpp"

using namespace hone;

namespace {

std::vector<double> factors(plateau p, const std::vector<double>& values) {
    std::vector<double> all;
    for (double v : values) {
        p.observe(v);
        all.push_back(p.factor_now());
    }
    return all;
}

} // namespace

TEST_CASE("it falls after so many values that are no better") {
    CHECK(factors({.factor = 0.5, .patience = 2}, {1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9}) ==
          std::vector<double>{1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25});
    CHECK(factors({.factor = 0.5, .patience = 2}, {1, 1, 1, 0.5, 1, 1, 1}) ==
          std::vector<double>{1, 1, 1, 1, 1, 1, 0.5});
    CHECK(factors({.larger_is_better = true, .factor = 0.5, .patience = 0}, {1, 2, 1.5, 3}) ==
          std::vector<double>{1, 1, 0.5, 0.5});
}

TEST_CASE("a small step is none, relative or not") {
    CHECK(factors({.factor = 0.5, .patience = 0, .threshold = 0.1}, {10, 9.1, 8.9}) ==
          std::vector<double>{1, 0.5, 0.5});
    CHECK(factors({.factor = 0.5, .patience = 0, .threshold = 1, .relative = false},
                  {10, 9.5, 8.9}) == std::vector<double>{1, 0.5, 0.5});
}

TEST_CASE("cooling down, the least factor, a fall that is too small to be made") {
    CHECK(factors({.factor = 0.5, .patience = 0, .cooldown = 2}, {1, 1, 1, 1, 1}) ==
          std::vector<double>{1, 0.5, 0.5, 0.5, 0.25});
    CHECK(factors({.factor = 0.5, .patience = 0, .minimum = 0.3}, {1, 1, 1, 1}) ==
          std::vector<double>{1, 0.5, 0.3, 0.3});
    CHECK(factors({.factor = 0.99, .patience = 0, .epsilon = 0.1}, {1, 1, 1}) ==
          std::vector<double>{1, 1, 1});
    CHECK(factors({.factor = 0.5, .patience = 1}, {std::numeric_limits<double>::quiet_NaN(),
                                                   std::numeric_limits<double>::infinity(), 1}) ==
          std::vector<double>{1, 0.5, 0.5});
}

TEST_CASE("it is a schedule by being asked, and goes on from saved numbers") {
    plateau watch{.factor = 0.5, .patience = 0};
    const adamw rule{.rate = [&](long) { return 3e-4 * watch.factor_now(); }};
    CHECK(rule.rate(7) == 3e-4);
    watch.observe(1);
    watch.observe(1);
    CHECK(rule.rate(8) == 1.5e-4);
    plateau other{.factor = 0.5, .patience = 0};
    other.state = watch.state;
    other.observe(1);
    CHECK(other.factor_now() == 0.25);
}
