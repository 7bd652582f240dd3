// Binary cross-entropy on logits: gradients against differences, values by hand, and logits so
// large that a probability would round.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/binary.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto targets = [](auto b) { return sigmoid(b.features); }; // between 0 and 1
double by_hand(double x, double t) {
    return -t * std::log(1 / (1 + std::exp(-x))) - (1 - t) * std::log(1 / (1 + std::exp(x)));
}
struct positive_weight_ : elementwise {
    static constexpr auto value(auto x) { return decltype(x)(1) + x * x; }
    static constexpr void reverse(graph_builder&, int) {}
};

} // namespace

TEST_CASE("several labels, and with weights of examples") {
    const auto logits = rows_of(first_logits);
    double sum = 0, weighted = 0, weight = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        const double one =
            by_hand(logits[i], 1 / (1 + std::exp(-static_cast<double>(few.features[i]))));
        const double w =
            1 + static_cast<double>(few.target[i / 3]) * static_cast<double>(few.target[i / 3]);
        sum += one;
        weighted += w * one / 3;
        weight += w / 3;
    }
    const auto nothing = [](auto&) {};
    CHECK(judge_loss(
              first_trains{},
              [](auto m, auto b) { return binary_cross_entropy(first_logits(m, b), targets(b)); },
              nothing) == Approx(sum / static_cast<double>(logits.size())).epsilon(1e-13));
    CHECK(judge_loss(
              first_trains{},
              [](auto m, auto b) {
                  return binary_cross_entropy(first_logits(m, b), targets(b),
                                              function<positive_weight_>{}(b.target));
              },
              nothing) == Approx(weighted / weight).epsilon(1e-13));
}
TEST_CASE("the loss and its slope are right where a probability would be 0 or 1") {
    for (const double x : {-1000.0, -40.0, -1e-300, 0.0, 1e-9, 36.0, 800.0})
        for (const double t : {0.0, 0.25, 1.0}) {
            const double tail = std::log1p(std::exp(-std::abs(x)));
            CHECK(logistic_loss_::value(x, t) ==
                  Approx((x > 0 ? x : 0) - x * t + tail).epsilon(1e-15).margin(1e-300));
            CHECK(logistic_loss_::slope<0>(x, t) ==
                  Approx(1 / (1 + std::exp(-x)) - t).epsilon(1e-15));
        }
    CHECK(logistic_loss_::value(-40.0, 0.0) == Approx(std::exp(-40.0)).epsilon(1e-14));
}
