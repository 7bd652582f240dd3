// The linear schedule: at step s from 0 the rate times s / max(1, warm) while s < warm, else times
// max(0, (total - s) / max(1, total - warm)).
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/schedule.hpp"

#include <algorithm>

#include "test.hpp"

using namespace hone;

TEST_CASE("a number is a constant rate") {
    const schedule s = 0.25;
    CHECK(s(0) == 0.25);
    CHECK(s(1000000) == 0.25);
}

TEST_CASE("the linear schedule's values") {
    const auto s = linear_warmup(3e-4, 20, 200);
    CHECK(s(0) == 0);
    CHECK(s(1) == 3e-4 * (1.0 / 20));
    CHECK(s(19) == 3e-4 * (19.0 / 20));
    CHECK(s(20) == 3e-4);
    CHECK(s(110) == 3e-4 * 0.5);
    CHECK(s(199) == 3e-4 * (1.0 / 180));
    CHECK(s(200) == 0);
    CHECK(s(1000) == 0);
    for (long total : {1l, 2l, 10l, 57l})
        for (long warm = 0; warm <= total; ++warm) {
            const auto line = linear_warmup(2.0, warm, total);
            for (long step = 0; step < total + 3; ++step) {
                const auto top = static_cast<double>(step < warm ? step : total - step),
                           below = static_cast<double>(std::max(1l, step < warm ? warm : total - warm));
                const double expected = 2.0 * std::max(0.0, top / below);
                if (line(step) != expected)
                    FAIL("step " << step << " of " << total << " with " << warm << ": " << line(step) << " instead of " << expected);
            }
        }
    CHECK(linear_warmup(1.0, 0, 4)(0) == 1);
    CHECK(linear_warmup(1.0, 1, 4)(0) == 0);
}

TEST_CASE("a schedule of one's own is one function") {
    const schedule halves = [](long step) { return 1 / static_cast<double>(1l << step); };
    CHECK(halves(3) == 0.125);
}
