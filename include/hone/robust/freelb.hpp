// FreeLB (Zhu et al. 2020, algorithm 1): the mean of the loss at `steps` points of an ascent, whose
// gradients come with the directions. Cost: `steps` steps for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/robust/adversary.hpp"

namespace hone {

/// The mean of loss(d) at the first d and after each move but the last: rate g / |g|, kept in |d| <=
/// epsilon.
struct freelb {
    double epsilon = 1, rate = 0.3; ///< lengths, of a sequence's perturbation and of a move
    int steps = 3;
    double start = 0; ///< the first d is uniform up to start / sqrt(numbers of the sequence)
    std::uint64_t seed = 0;

    auto operator()(auto& at, bool started) const {
        if (!started && start > 0) {
            auto random = at.random(seed);
            at.each([&](auto d, auto) {
                const double most = start / std::sqrt(static_cast<double>(d.size()));
                for (auto& v : d)
                    v = static_cast<std::remove_reference_t<decltype(v)>>(
                        (2 * random.uniform() - 1) * most);
            });
        }
        auto found = at.train(1.0 / steps);
        double sum = found.loss;
        for (int k = 1; k < steps; ++k) {
            at.each([&](auto d, auto g) {
                move_along(d, g, rate);
                keep_within(d, epsilon);
            });
            found = at.train(1.0 / steps);
            sum += found.loss;
        }
        found.loss = sum / steps;
        return found;
    }
};

} // namespace hone
