// The smoothness of SMART (Jiang et al. 2020, algorithm 1): the loss of a step holds, beside its own
// terms, how far the answers for the value and for the perturbed value are apart; the perturbation is
// found by ascent on that. (The paper's other half, the proximal point, is another regulariser.)
//     cross_entropy(p, batch.label) + value<"smoothness", 1> * symmetric_divergence(p, q)
// with p = m(batch.tokens) and q = perturbed<...>(m)(batch.tokens). Cost: steps + 1 steps for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/divergence.hpp"
#include "hone/robust/adversary.hpp"

namespace hone {

/// The mean over rows of KL(p || q) + KL(q || p), logits given.
template <expression P, expression Q>
constexpr auto symmetric_divergence(P p, Q q) {
    return mean_of(kullback_leibler(p, q) + kullback_leibler(q, p));
}

/// The loss at d, which starts normal with deviation `noise` and is moved `steps` times by rate g /
/// max|g|, each number kept within epsilon.
struct smart {
    double epsilon = 1e-5, rate = 1e-3, noise = 1e-5;
    int steps = 1;
    std::uint64_t seed = 0;

    auto operator()(auto& at, bool started) const {
        if (!started) {
            auto random = at.random(seed);
            at.each([&](auto d, auto) {
                for (auto& v : d)
                    v = static_cast<std::remove_reference_t<decltype(v)>>(random.normal() * noise);
            });
        }
        for (int k = 0; k < steps; ++k) {
            at.look();
            at.each([&](auto d, auto g) { move(d, g); });
        }
        return at.train();
    }

private:
    template <class T>
    void move(std::span<T> d, std::span<const T> g) const {
        const double most = largest_of(g);
        for (std::size_t i = 0; i < d.size(); ++i) {
            const double moved = static_cast<double>(d[i]) +
                                 (most > 0 ? rate / most * static_cast<double>(g[i]) : 0.0);
            d[i] = static_cast<T>(std::clamp(moved, -epsilon, epsilon));
        }
    }
};

} // namespace hone
