// Clipping by value, and of rows by the lengths of their weights' rows.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/clip.hpp"

#include "hone/optimizer/cpu.hpp"
#include "hone/optimizer/optimizer.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("by value") {
    made<double> x(100, 20);
    x.draw(4, 2);
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    const auto optimizer = chain(clip_by_value(0.7), scale_by_rate(0.5));
    auto state = optimizer.start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    int cut = 0;
    for (std::size_t i = 0; i < 100; ++i) {
        const double g = std::min(std::max(x.gradient[i], -0.7), 0.7);
        cut += g != x.gradient[i];
        CHECK(std::abs(x.weight[i] - (before[i] - 0.5 * g)) <= 1e-15);
    }
    CHECK(cut > 10);
    CHECK(cut < 100);
}

TEST_CASE("by weight: no row of the gradient is longer than its share of the weight's row") {
    for (long width : {3l, 700l, 20000l}) { // also rows longer than a chunk
        made<double> x(10 * width, 20);
        x.trained.ranges[0].columns = width;
        for (long i = 0; i < width; ++i)
            x.weight[static_cast<std::size_t>(i)] = 0; // its least length counts
        for (long i = 2 * width; i < 3 * width; ++i)
            x.gradient[static_cast<std::size_t>(i)] *= 1e-4; // short enough
        const std::vector<double> before(x.weight.begin(), x.weight.end());
        const auto optimizer = chain(clip_by_weight{.limit = 0.1}, scale_by_rate(1));
        auto state = optimizer.start<double>(x.trained);
        optimizer.step(x.trained, x.gradients(), state);
        const auto row = [&](long from, long n) {
            double w = 0, g = 0;
            for (long i = from; i < from + n; ++i) {
                w += before[static_cast<std::size_t>(i)] * before[static_cast<std::size_t>(i)];
                g += x.gradient[static_cast<std::size_t>(i)] *
                     x.gradient[static_cast<std::size_t>(i)];
            }
            const double most = 0.1 * std::max(std::sqrt(w), 1e-3),
                         factor = std::sqrt(g) > most ? most / std::sqrt(g) : 1.0;
            for (long i = from; i < from + n; ++i) {
                const auto k = static_cast<std::size_t>(i);
                if (std::abs(x.weight[k] - (before[k] - factor * x.gradient[k])) > 1e-14)
                    FAIL("row at " << from << ", element " << i);
            }
            return factor;
        };
        for (long r = 0; r < 10; ++r) CHECK((row(r * width, width) == 1) == (r == 2));
        row(x.trained.ranges[1].gradient, 20);
    }
}
