// AdamW (Loshchilov and Hutter 2019): Adam's moments with decay taken from the weight itself, not from the gradient.
// An optimizer is numbers that go over the steps (`prepare`) and an elementwise expression over weight, gradient and moments
// (`update`), written once for numbers and vectors; it has no kernel of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/tensor/numbers.hpp"
#include "hone/optimizer/schedule.hpp"

namespace hone {

struct adamw {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double decay = 0.01; ///< of all but biases and the gains of norms

    static constexpr int moments = 2;
    /// The numbers of one step, the same for every weight of a range.
    template <class T>
    struct numbers {
        T shrink, pace, beta1, rest1, beta2, rest2, root, epsilon;
    };
    template <class T>
    numbers<T> prepare(long step, bool decays) const {
        const double r = rate(step), t = static_cast<double>(step + 1);
        const double first = 1 - std::pow(beta1, t), second = 1 - std::pow(beta2, t);
        return {static_cast<T>(decays ? 1 - r * decay : 1.0), static_cast<T>(r / first), static_cast<T>(beta1), static_cast<T>(1 - beta1),
                static_cast<T>(beta2), static_cast<T>(1 - beta2), static_cast<T>(1 / std::sqrt(second)), static_cast<T>(epsilon)};
    }
    /// What a weight at rest is multiplied with: its gradient and moments are zero, and moments stay so.
    template <class T>
    static T at_rest(const numbers<T>& n) {
        return n.shrink;
    }
    /// New weight; m and v are brought up to date. Works for a number and for a vector of them.
    template <class V, class T>
    static V update(V w, V g, V (&moment)[2], const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = V(n.beta2) * moment[1] + V(n.rest2) * g * g;
        return V(n.shrink) * w - V(n.pace) * moment[0] / (sqrt(moment[1]) * V(n.root) + V(n.epsilon));
    }
};

/// Stochastic gradient descent with momentum (Sutskever et al. 2013); decay as in AdamW.
struct sgd {
    schedule rate = 1e-2;
    double momentum = 0, decay = 0;
    static constexpr int moments = 1;
    template <class T>
    struct numbers {
        T shrink, pace, momentum;
    };
    template <class T>
    numbers<T> prepare(long step, bool decays) const {
        const double r = rate(step);
        return {static_cast<T>(decays ? 1 - r * decay : 1.0), static_cast<T>(r), static_cast<T>(momentum)};
    }
    template <class T>
    static T at_rest(const numbers<T>& n) {
        return n.shrink;
    }
    template <class V, class T>
    static V update(V w, V g, V (&moment)[1], const numbers<T>& n) {
        moment[0] = V(n.momentum) * moment[0] + g;
        return V(n.shrink) * w - V(n.pace) * moment[0];
    }
};

} // namespace hone
