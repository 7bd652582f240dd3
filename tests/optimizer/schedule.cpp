// The linear schedule: at step s from 0 the rate times s / max(1, warm) while s < warm, else times
// max(0, (total - s) / max(1, total - warm)).
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

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
                           below =
                               static_cast<double>(std::max(1l, step < warm ? warm : total - warm));
                const double expected = 2.0 * std::max(0.0, top / below);
                if (line(step) != expected)
                    FAIL("step " << step << " of " << total << " with " << warm << ": "
                                 << line(step) << " instead of " << expected);
            }
        }
    CHECK(linear_warmup(1.0, 0, 4)(0) == 1);
    CHECK(linear_warmup(1.0, 1, 4)(0) == 0);
}

TEST_CASE("a schedule of one's own is one function") {
    const schedule halves = [](long step) { return 1 / static_cast<double>(1l << step); };
    CHECK(halves(3) == 0.125);
}

TEST_CASE("pieces follow each other, each from its own beginning") {
    const auto s = 2 * warmup(4).then(constant().lasting(3)).then(linear_decay(4, 0.5));
    const std::vector<double> want{0, 0.5, 1, 1.5, 2, 2, 2, 2, 1.75, 1.5, 1.25, 1, 1};
    for (long step = 0; step < static_cast<long>(want.size()); ++step)
        CHECK(s(step) == want[static_cast<std::size_t>(step)]);
    CHECK(s.length() == 11);
    CHECK(warmup(10).then(cosine(90))(10) == 1);
    CHECK(std::abs(warmup(10).then(cosine(90))(55) - 0.5) < 1e-15);
    CHECK(warmup(10).then(cosine(90, {.minimum = 0.25}))(100) == 0.25);
    const schedule own = [](long step) { return 10.0 + static_cast<double>(step); };
    CHECK(constant(3).lasting(2).then(own)(1) == 3);
    CHECK(constant(3).lasting(2).then(own)(2) == 10);
    CHECK(own.ahead(5)(1) == 16);
}

TEST_CASE("shapes at their ends and in the middle") {
    CHECK(cosine_with_restarts(90, 3)(30) == 1);
    CHECK(std::abs(cosine_with_restarts(90, 3)(45) - 0.5) < 1e-15);
    CHECK(cosine_with_restarts(90, 3)(90) == 0);
    CHECK(polynomial(10, {.power = 2, .end = 0.1})(5) == 0.9 * 0.25 + 0.1);
    CHECK(polynomial(10, {.power = 2, .end = 0.1})(11) == 0.1);
    CHECK(inverse_sqrt(100)(0) == 1);
    CHECK(inverse_sqrt(100)(300) == 0.5);
    const auto wsd = warmup_stable_decay(
        {.warmup = 2, .stable = 3, .decay = 4, .minimum = 0.5, .down = curve::straight});
    CHECK(wsd(0) == 0.5);
    CHECK(wsd(1) == 0.75);
    CHECK(wsd(4) == 1);
    CHECK(wsd(7) == 0.75);
    CHECK(wsd(100) == 0.5);
    const auto once = one_cycle(101, {.peak = 0.3, .start_divisor = 10, .end_divisor = 100});
    CHECK(std::abs(once(0) - 0.1) < 1e-15);
    CHECK(once(29) > 0.99);
    CHECK(once(29) <= 1);
    CHECK(std::abs(once(100) - 0.001) < 1e-15);
    CHECK(std::abs(warmup(4, {.shape = curve::cosine})(2) - 0.5) < 1e-15);
    CHECK(warmup(4, {.shape = curve::root})(3) == 0.5);
}

TEST_CASE("what cannot be a schedule is an error") {
    const auto code = [](auto f) -> std::string {
        try {
            f();
        } catch (const error& e) {
            return e.code;
        }
        return "";
    };
    CHECK(code([] { warmup(-1); }) == "schedule.steps");
    CHECK(code([] { cosine(-5); }) == "schedule.steps");
    CHECK(code([] { one_cycle(0); }) == "schedule.steps");
    CHECK(code([] { inverse_sqrt(0); }) == "schedule.steps");
    CHECK(code([] { constant().then(cosine(5)); }) == "schedule.endless");
    CHECK(code([] { schedule(0.5).lasting(4).then(cosine(5)); }).empty());
}
