// Noise on embeddings (NEFTune; Jain et al. 2024, algorithm 1): uniform up to alpha / sqrt(L width) for
// a sequence of L tokens, another each step. Cost: one draw a number.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/robust/adversary.hpp"

namespace hone {

/// The loss at d, uniform up to alpha / sqrt(numbers of the sequence).
struct neftune {
    double alpha = 5;
    std::uint64_t seed = 0;

    auto operator()(auto& at, bool started) const {
        auto random = at.random(seed);
        at.each([&](auto d, auto) {
            const double most = alpha / std::sqrt(static_cast<double>(d.size()));
            if (!started)
                for (auto& v : d)
                    v = static_cast<std::remove_reference_t<decltype(v)>>(
                        (2 * random.uniform() - 1) * most);
        });
        return at.train();
    }
};

} // namespace hone
