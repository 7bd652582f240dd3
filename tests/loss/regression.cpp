// The absolute error and Huber's loss: gradients against differences, values by hand, both sides of
// the bend.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/regression.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("absolute error and Huber's loss") {
    const auto logits = rows_of(first_logits);
    const double delta = GENERATE(0.1, 0.5, 50.0);
    double absolute = 0, bent = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double d = std::abs(logits[i] - static_cast<double>(few.features[i]));
        absolute += d;
        bent += d <= delta ? d * d / 2 : delta * (d - delta / 2);
    }
    const double n = static_cast<double>(logits.size());
    CHECK(judge_loss(
              first_trains{},
              [](auto m, auto b) { return absolute_error(first_logits(m, b), b.features); },
              [](auto&) {}) == Approx(absolute / n).epsilon(1e-13));
    CHECK(
        judge_loss(
            first_trains{},
            [](auto m, auto b) { return huber(first_logits(m, b), b.features, value<"delta", 1>); },
            [&](auto& step) { step.template set<"delta">(delta); }) ==
        Approx(bent / n).epsilon(1e-13));
}
TEST_CASE("the slope of Huber's loss in its bend") {
    const double h = 1e-6;
    for (const double d : {-3.0, -0.2, 0.4, 2.0})
        CHECK(
            huber_::slope<1>(d, 0.5) ==
            Approx((huber_::value(d, 0.5 + h) - huber_::value(d, 0.5 - h)) / (2 * h)).margin(1e-8));
}
