// Lion (Chen et al. 2023): a step of one size everywhere, towards the sign of a momentum:
//     u = sign(beta1 m + (1 - beta1) g),  m = beta2 m + (1 - beta2) g
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/optimizer/transform.hpp"

namespace hone {

struct scale_by_lion {
    double beta1 = 0.9, beta2 = 0.99;

    static constexpr state_names<1> kept{"lion.mu"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T pace, beta1, rest1, beta2, rest2;
    };
    template <class T>
    numbers<T> prepare(const update_point&, double pace) const {
        return {static_cast<T>(pace), static_cast<T>(beta1), static_cast<T>(1 - beta1),
                static_cast<T>(beta2), static_cast<T>(1 - beta2)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        const V towards = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[0] = V(n.beta2) * moment[0] + V(n.rest2) * g;
        return where(towards > V(0), V(n.pace), where(towards < V(0), V(-n.pace), V(0)));
    }
};
/// Decay as AdamW's. The authors' defaults; the rate wants to be 3 to 10 times smaller than
/// AdamW's, the decay as much larger.
struct lion {
    schedule rate = 1e-4;
    double beta1 = 0.9, beta2 = 0.99, decay = 0;

    auto transforms() const {
        return std::tuple(scale_by_lion{beta1, beta2}, add_decayed_weights(decay),
                          scale_by_rate(rate));
    }
};

} // namespace hone
