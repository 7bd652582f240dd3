// Rules that divide by what the squares of the gradients g were so far:
//     scale_by_sum_of_squares  s = s + g^2,  u = g / (sqrt(initial + s) + epsilon)
//                              Adagrad (Duchi, Hazan and Singer 2011)
//     scale_by_rms             v = alpha v + (1 - alpha) g^2,  u = g / (sqrt(v) + epsilon)
//                              RMSprop (Tieleman and Hinton 2012)
//     scale_by_deviation       the same with v - mean^2 for v, mean = alpha mean + (1 - alpha) g
//                              (Graves 2013)
//     scale_by_adadelta        v as above with rho,  u = sqrt(d + epsilon) / sqrt(v + epsilon) g,
//                              d = rho d + (1 - rho) u^2     (Zeiler 2012)
// Defaults are torch's. RMSprop with momentum is a chain:
//     chain(scale_by_rms{}, scale_by_momentum{.momentum = 0.9}, scale_by_rate(1e-2))
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/optimizer/transform.hpp"

namespace hone {

struct scale_by_sum_of_squares {
    double epsilon = 1e-10, initial = 0; ///< the sum that is kept is without the initial value
    double rate_decay = 0;               ///< u / (1 + (t - 1) rate_decay)

    static constexpr state_names<1> kept{"adagrad.sum"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T pace, initial, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        return {static_cast<T>(pace / (1 + static_cast<double>(at.step) * rate_decay)),
                static_cast<T>(initial), static_cast<T>(epsilon)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = moment[0] + g * g;
        return V(n.pace) * g / (sqrt(moment[0] + V(n.initial)) + V(n.epsilon));
    }
};
/// Decay is added to the gradient.
struct adagrad {
    schedule rate = 1e-2;
    double epsilon = 1e-10, decay = 0, rate_decay = 0, initial = 0;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decay),
                          scale_by_sum_of_squares{epsilon, initial, rate_decay},
                          scale_by_rate(rate));
    }
};

struct scale_by_rms {
    double alpha = 0.99, epsilon = 1e-8;

    static constexpr state_names<1> kept{"rms.nu"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T pace, alpha, rest, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point&, double pace) const {
        return {static_cast<T>(pace), static_cast<T>(alpha), static_cast<T>(1 - alpha),
                static_cast<T>(epsilon)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.alpha) * moment[0] + V(n.rest) * g * g;
        return V(n.pace) * g / (sqrt(moment[0]) + V(n.epsilon));
    }
};
struct scale_by_deviation {
    double alpha = 0.99, epsilon = 1e-8;

    static constexpr state_names<2> kept{"deviation.nu", "deviation.mu"};
    static constexpr bool rests = true;
    template <class T>
    using numbers = scale_by_rms::numbers<T>;
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        return scale_by_rms{alpha, epsilon}.prepare<T>(at, pace);
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.alpha) * moment[0] + V(n.rest) * g * g;
        moment[1] = V(n.alpha) * moment[1] + V(n.rest) * g;
        return V(n.pace) * g /
               (sqrt(max(moment[0] - moment[1] * moment[1], V(0))) +
                V(n.epsilon)); // rounding may go below 0
    }
};
/// Decay is added to the gradient.
struct rmsprop {
    schedule rate = 1e-2;
    double alpha = 0.99, epsilon = 1e-8, decay = 0;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decay), scale_by_rms{alpha, epsilon},
                          scale_by_rate(rate));
    }
};

struct scale_by_adadelta {
    double rho = 0.9, epsilon = 1e-6;

    static constexpr state_names<2> kept{"adadelta.nu", "adadelta.delta"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T pace, rho, rest, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point&, double pace) const {
        return {static_cast<T>(pace), static_cast<T>(rho), static_cast<T>(1 - rho),
                static_cast<T>(epsilon)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.rho) * moment[0] + V(n.rest) * g * g;
        const V delta = sqrt(moment[1] + V(n.epsilon)) / sqrt(moment[0] + V(n.epsilon)) * g;
        moment[1] = V(n.rho) * moment[1] + V(n.rest) * delta * delta;
        return V(n.pace) * delta;
    }
};
/// Decay is added to the gradient.
struct adadelta {
    schedule rate = 1.0;
    double rho = 0.9, epsilon = 1e-6, decay = 0;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decay), scale_by_adadelta{rho, epsilon},
                          scale_by_rate(rate));
    }
};

} // namespace hone
