// Adam's variants, with m, v and g as there, c1 = 1 - beta1^t, c2 = 1 - beta2^t, torch's defaults:
//     scale_by_amsgrad  x = max(x, v),  u = (m / c1) / (sqrt(x / c2) + epsilon)
//                       (Reddi, Kale and Kumar 2018)
//     scale_by_adamax   x = max(beta2 x, |g| + epsilon),  u = m / (c1 x)
//                       (Kingma and Ba 2015, section 7)
//     scale_by_nadam    mu_t = beta1 (1 - 0.96^(t momentum_decay) / 2),  P = mu_1 ... mu_t,
//                       n = mu_{t+1},  u = ((1 - mu_t) / (1 - P) g + n / (1 - P n) m)
//                       / (sqrt(v / c2) + epsilon)     (Dozat 2016)
//     scale_by_radam    rho = R - 2 t beta2^t / c2 with R = 2 / (1 - beta2) - 1; where rho > 5
//                       Adam's update times its rectification, else u = m / c1  (Liu et al. 2020)
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/optimizer/adamw.hpp"

namespace hone {

struct scale_by_amsgrad {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

    static constexpr state_names<3> kept{"amsgrad.mu", "amsgrad.nu", "amsgrad.max"};
    static constexpr bool rests = true;
    template <class T>
    using numbers = scale_by_adam::numbers<T>;
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        return scale_by_adam{beta1, beta2, epsilon}.prepare<T>(at, pace);
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = V(n.beta2) * moment[1] + V(n.rest2) * g * g;
        moment[2] = max(moment[2], moment[1]);
        return V(n.pace) * moment[0] / (sqrt(moment[2]) * V(n.root) + V(n.epsilon));
    }
};
/// Decay is added to the gradient, or as AdamW's where it is `decoupled`.
struct amsgrad {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;
    bool decoupled = false;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decoupled ? 0 : decay),
                          scale_by_amsgrad{beta1, beta2, epsilon},
                          add_decayed_weights(decoupled ? decay : 0), scale_by_rate(rate));
    }
};

struct scale_by_adamax {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

    static constexpr state_names<2> kept{"adamax.mu", "adamax.max"};
    template <class T>
    struct numbers {
        T pace, beta1, rest1, beta2, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        return {static_cast<T>(pace / (1 - std::pow(beta1, static_cast<double>(at.step + 1)))),
                static_cast<T>(beta1), static_cast<T>(1 - beta1), static_cast<T>(beta2),
                static_cast<T>(epsilon)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = max(V(n.beta2) * moment[1], abs(g) + V(n.epsilon));
        return V(n.pace) * moment[0] / moment[1];
    }
};
/// Decay is added to the gradient.
struct adamax {
    schedule rate = 2e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decay), scale_by_adamax{beta1, beta2, epsilon},
                          scale_by_rate(rate));
    }
};

struct scale_by_nadam {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, momentum_decay = 4e-3;

    static constexpr state_names<2> kept{"nadam.mu", "nadam.nu"};
    static constexpr state_names<1> counters{"nadam.mu_product"};
    static constexpr bool rests = true;
    double momentum(double t) const {
        return beta1 * (1 - 0.5 * std::pow(0.96, t * momentum_decay));
    }
    /// Before the step: the product of all momenta up to it.
    void count(long step, double* product) const {
        *product = (step == 0 ? 1 : *product) * momentum(static_cast<double>(step + 1));
    }
    template <class T>
    struct numbers {
        T of_gradient, of_moment, beta1, rest1, beta2, rest2, root, epsilon;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace, const double* product) const {
        const double t = static_cast<double>(at.step + 1), next = momentum(t + 1);
        return {static_cast<T>(pace * (1 - momentum(t)) / (1 - *product)),
                static_cast<T>(pace * next / (1 - *product * next)),
                static_cast<T>(beta1),
                static_cast<T>(1 - beta1),
                static_cast<T>(beta2),
                static_cast<T>(1 - beta2),
                static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t))),
                static_cast<T>(epsilon)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = V(n.beta2) * moment[1] + V(n.rest2) * g * g;
        return (V(n.of_gradient) * g + V(n.of_moment) * moment[0]) /
               (sqrt(moment[1]) * V(n.root) + V(n.epsilon));
    }
};
struct nadam {
    schedule rate = 2e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0, momentum_decay = 4e-3;
    bool decoupled = false;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decoupled ? 0 : decay),
                          scale_by_nadam{beta1, beta2, epsilon, momentum_decay},
                          add_decayed_weights(decoupled ? decay : 0), scale_by_rate(rate));
    }
};

struct scale_by_radam {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;

    static constexpr state_names<2> kept{"radam.mu", "radam.nu"};
    static constexpr bool rests = true;
    /// The divisor is on (sqrt(v) + epsilon) + off: one of both is 1, the other 0.
    template <class T>
    struct numbers {
        T pace, beta1, rest1, beta2, rest2, epsilon, on, off;
    };
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        const double t = static_cast<double>(at.step + 1), second = 1 - std::pow(beta2, t),
                     most = 2 / (1 - beta2) - 1;
        const double rho = most - 2 * t * std::pow(beta2, t) / second;
        const bool rectified = rho > 5;
        pace /= 1 - std::pow(beta1, t);
        if (rectified)
            pace *= std::sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)) *
                    std::sqrt(second);
        return {static_cast<T>(pace),      static_cast<T>(beta1),     static_cast<T>(1 - beta1),
                static_cast<T>(beta2),     static_cast<T>(1 - beta2), static_cast<T>(epsilon),
                static_cast<T>(rectified), static_cast<T>(!rectified)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = V(n.beta2) * moment[1] + V(n.rest2) * g * g;
        return V(n.pace) * moment[0] / (V(n.on) * (sqrt(moment[1]) + V(n.epsilon)) + V(n.off));
    }
};
struct radam {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0;
    bool decoupled = false;

    auto transforms() const {
        return std::tuple(add_decayed_weights(decoupled ? 0 : decay),
                          scale_by_radam{beta1, beta2, epsilon},
                          add_decayed_weights(decoupled ? decay : 0), scale_by_rate(rate));
    }
};

} // namespace hone
