// The smoothness of SMART against PyTorch in f64: a step whose loss has the clean and the perturbed
// answer.
// SPDX-License-Identifier: Apache-2.0
#include <hone/robust/smart.hpp>

#include "robust/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto smooth = [](auto m, auto b) {
    const auto p = m(b.tokens);
    const auto q = perturbed<"word">(m)(b.tokens);
    return cross_entropy(p, b.label) + value<"smoothness"> * symmetric_divergence(p, q);
};

} // namespace

TEST_CASE("the smoothness of SMART as in PyTorch") {
    small_case c;
    auto step = differentiate(c.model, trainable<on<"**">>{}, smooth, c.workers);
    step.set<"smoothness">(0.7);
    auto adversary = against<"word">(step, smart{.epsilon = 0.2, .rate = 0.15, .steps = 2});
    CHECK(adversary(c.batch(), c.start).loss == Approx(by_smart.losses[2]).epsilon(1e-12));
    judge(adversary, step, by_smart);
    adversary(c.batch()); // from its own noise
    CHECK(largest_of(adversary.perturbation()) <= 0.2);
    CHECK(largest_of(adversary.perturbation()) > 0);
}
