// LAMB and LARS: how long an update is, whatever the gradient's size, and which weights are left
// alone.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/trust_ratio.hpp"

#include "hone/optimizer/optimizer.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

double length(const double* p, std::size_t n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += p[i] * p[i];
    return std::sqrt(sum);
}
/// Length of the first step of the matrix and of the bias over that of the weight.
template <class Optimizer>
std::pair<double, double> first_step(const Optimizer& optimizer, double scale, bool zero = false) {
    made<double> x(40000, 37);
    if (zero) std::fill(x.weight.begin(), x.weight.begin() + 40000, 0.0);
    x.draw(1, scale);
    std::vector<double> before(x.weight.begin(), x.weight.end()), moved = before;
    auto state = optimizer.template start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= x.weight[i];
    return {length(moved.data(), 40000) / (zero ? 1 : length(before.data(), 40000)),
            length(moved.data() + 40000, 37) / length(before.data() + 40000, 37)};
}

} // namespace

TEST_CASE("LAMB's step is its rate times the weight, where the weight decays") {
    for (double scale : {1e-3, 1.0, 100.0}) {
        const auto [matrix, bias] = first_step(chain(lamb{.rate = 0.1}), scale);
        CHECK(std::abs(matrix - 0.1) < 1e-12);
        CHECK(std::abs(bias - 0.1) > 1e-3);
    }
    const auto all =
        chain(scale_by_adam{}, scale_by_trust_ratio{.which = trust_in::all}, scale_by_rate(0.1));
    CHECK(std::abs(first_step(all, 1).second - 0.1) < 1e-12);
    const auto clipped = chain(scale_by_factor(0.01), scale_by_trust_ratio{.clip = true},
                               scale_by_rate(0.1)),
               not_clipped =
                   chain(scale_by_factor(0.01), scale_by_trust_ratio{}, scale_by_rate(0.1));
    CHECK(first_step(clipped, 1).first < 0.002);
    CHECK(std::abs(first_step(not_clipped, 1).first - 0.1) < 1e-12);
    CHECK(std::isfinite(
        first_step(chain(lamb{}), 1, true).first)); // a weight of zeros takes the plain step
}

TEST_CASE("LARS's step is trust times the weight") {
    for (double scale : {1e-3, 1.0, 100.0})
        CHECK(
            std::abs(first_step(chain(scale_by_lars{.trust = 0.02, .epsilon = 0}, scale_by_rate(1)),
                                scale)
                         .first -
                     0.02) < 1e-12);
    CHECK(first_step(chain(lars{.trust = 0.02}), 1).first > 0.5); // no decay: nothing is adapted
}
