// The fast gradient method (Miyato et al. 2017, equations 6 and 7): the loss as it is, and the loss
// where the value is moved by epsilon along its gradient. Cost: two steps for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/robust/adversary.hpp"

namespace hone {

/// loss(0) + loss(epsilon g / |g|)
struct fgm {
    double epsilon = 1; ///< the length of a sequence's perturbation

    auto operator()(auto& at, bool) const {
        at.clear();
        auto found = at.train();
        at.each([&](auto d, auto g) { move_along(d, g, epsilon); });
        const double clean = found.loss;
        found = at.train();
        found.loss += clean;
        return found;
    }
};

} // namespace hone
