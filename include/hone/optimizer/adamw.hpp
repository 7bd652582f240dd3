// Adam and what is made of it (Kingma and Ba 2015; AdamW: Loshchilov and Hutter 2019), and descent
// with momentum (Sutskever et al. 2013). Of gradient g:
//     scale_by_adam      m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g^2,
//                        u = (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//     scale_by_momentum  b = momentum b + (1 - dampening) g (at first g),
//                        u = b, or g + momentum b with Nesterov's
// A formula is numbers that go over the steps (`prepare`, which is also told what its result is
// multiplied with) and an expression (`apply`) written once for numbers and vectors; it has no
// kernel of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/optimizer/transform.hpp"

namespace hone {

struct scale_by_adam {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    bool corrected = true; ///< for moments that start at zero

    static constexpr state_names<2> kept{"adam.mu", "adam.nu"};
    static constexpr bool rests = true;
    /// The numbers of one step, the same for every number of a weight.
    template <class T>
    struct numbers {
        T pace, beta1, rest1, beta2, rest2, root, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        const double t = static_cast<double>(at.step + 1);
        const double first = corrected ? 1 - std::pow(beta1, t) : 1.0,
                     second = corrected ? 1 - std::pow(beta2, t) : 1.0;
        return {static_cast<T>(pace / first), static_cast<T>(beta1),
                static_cast<T>(1 - beta1),    static_cast<T>(beta2),
                static_cast<T>(1 - beta2),    static_cast<T>(1 / std::sqrt(second)),
                static_cast<T>(epsilon)};
    }
    /// The update, `pace` times; moments are brought up to date. Works for a number and for a
    /// vector of them.
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = V(n.beta2) * moment[1] + V(n.rest2) * g * g;
        return V(n.pace) * moment[0] / (sqrt(moment[1]) * V(n.root) + V(n.epsilon));
    }
};

/// w = (1 - rate decay) w - rate u
struct adamw {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
    double decay = 0.01; ///< of all but biases and the gains of norms

    auto transforms() const {
        return std::tuple(scale_by_adam{beta1, beta2, epsilon}, add_decayed_weights(decay),
                          scale_by_rate(rate));
    }
};
/// The same with the decay added to the gradient, as an L2 term of the loss.
struct adam {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decay), scale_by_adam{beta1, beta2, epsilon},
                          scale_by_rate(rate));
    }
};

struct scale_by_momentum {
    double momentum = 0.9, dampening = 0;
    bool nesterov = false;

    static constexpr state_names<1> kept{"momentum.buffer"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T momentum, rest, of_gradient, of_buffer;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        return {static_cast<T>(momentum), static_cast<T>(at.step == 0 ? 1.0 : 1 - dampening),
                static_cast<T>(nesterov ? pace : 0.0),
                static_cast<T>(nesterov ? pace * momentum : pace)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.momentum) * moment[0] + V(n.rest) * g;
        return V(n.of_gradient) * g + V(n.of_buffer) * moment[0];
    }
};

/// Stochastic gradient descent. Decay as in AdamW; `decoupled = false`: added to the gradient, as
/// torch does. Without momentum nothing need be kept: `chain(scale_by_rate(rate))`.
struct sgd {
    schedule rate = 1e-2;
    double momentum = 0, decay = 0, dampening = 0;
    bool nesterov = false, decoupled = true;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decoupled ? 0 : decay),
                          scale_by_momentum{momentum, dampening, nesterov},
                          add_decayed_weights(decoupled ? decay : 0), scale_by_rate(rate));
    }
};

} // namespace hone
