// Binary cross-entropy on logits: several labels at once, each its own yes or no. Stable for every
// finite logit: no probability is made on the way.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"

namespace hone {

/// -t log s(x) - (1 - t) log(1 - s(x)), s the sigmoid: max(x, 0) - x t + log(1 + exp(-|x|)), the
/// last one without loss where it is small.
struct logistic_loss_ : elementwise {
    static constexpr auto value(auto x, auto t) {
        using V = decltype(x);
        const auto e = exp(-abs(x)), u = V(1) + e;
        return max(x, V(0)) - x * t + where(u == V(1), e, log(u) * (e / (u - V(1))));
    }
    template <int I>
    static constexpr auto slope(auto x, auto t) {
        using V = decltype(x);
        if constexpr (I == 0) return V(1) / (V(1) + exp(-x)) - t;
        else return -x;
    }
};

inline constexpr struct binary_cross_entropy_function {
    /// Of logits and targets from 0 to 1, both (rows, labels): the mean over rows and labels.
    template <expression Logits, expression Targets>
    constexpr auto operator()(Logits logits, Targets targets) const {
        return mean_of(function<logistic_loss_>{}(logits, targets));
    }
    /// The same where each row counts by a weight of its own (rows, 1): the mean over labels,
    /// weighted over rows.
    template <expression Logits, expression Targets, expression Weight>
    constexpr auto operator()(Logits logits, Targets targets, Weight weight) const {
        return mean_of(mean_columns(function<logistic_loss_>{}(logits, targets)), weight);
    }
} binary_cross_entropy{};

} // namespace hone
