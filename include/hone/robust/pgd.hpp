// Projected gradient ascent (Madry et al. 2018): the loss as it is, and the loss after `steps` moves
// along the gradient, each pulled back to a ball. Cost: steps + 1 steps for one, of which all but two
// give only directions; one more where one step gives both and steps > 1.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/robust/adversary.hpp"

namespace hone {

/// loss(0) + loss(d), where d is moved `steps` times by rate g / |g| and kept in |d| <= epsilon.
struct pgd {
    double epsilon = 1, rate = 0.3; ///< lengths, of a sequence's perturbation and of a move
    int steps = 3;

    auto operator()(auto& at, bool started) const {
        const bool at_once = !started && (at.apart || steps == 1); // the first is the plain loss
        auto plain = at_once ? at.train() : (at.look(), decltype(at.train()){});
        for (int k = 0; k < steps; ++k) {
            if (k > 0) at.look();
            at.each([&](auto d, auto g) {
                move_along(d, g, rate);
                keep_within(d, epsilon);
            });
        }
        if (!at_once) plain = at.train_plain();
        auto found = at.train();
        found.loss += plain.loss;
        return found;
    }
};

} // namespace hone
