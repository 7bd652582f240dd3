// Muon (Jordan et al. 2024): the momentum of a matrix is replaced by the nearest matrix with
// orthogonal rows or columns.
//     scale_by_muon   m = momentum m + (1 - momentum) g,
//                     u = m, or (1 - momentum) g + momentum m with Nesterov's
//     orthogonalize   X = u / |u|, then `iterations` times A = X X^T,  X = a X + (b A + c A A) X
//                     (Newton and Schulz's, tuned to five rounds);  u = X times
//                     sqrt(max(1, rows / columns)), or 0.2 sqrt(max(rows, columns)), as long as
//                     AdamW's (Liu et al. 2025)
// Defaults are torch's; it works in the numbers of the weights, not in bf16. For matrices alone;
// other weights want a group of their own:
//     chain(per<"**.blocks.**.weight">(muon{...}), per<"**">(adamw{...}))
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/optimizer/update.hpp"

namespace hone {

namespace on_cpu::inline HONE_CPU {
template <class T>
void orthogonalize(const T* in, double scale, T* out, long rows, long columns,
                   const double (&coefficients)[3], int iterations, T* scratch, team& workers);
template <class T>
long orthogonalize_scratch(long rows, long columns);
} // namespace on_cpu::inline HONE_CPU

struct scale_by_muon {
    double momentum = 0.95;
    bool nesterov = true;

    static constexpr state_names<1> kept{"muon.momentum"};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T momentum, rest, of_gradient, of_momentum;
    };
    template <class T>
    numbers<T> prepare(const update_point&, double pace) const {
        return {static_cast<T>(momentum), static_cast<T>(1 - momentum),
                static_cast<T>(nesterov ? pace * (1 - momentum) : 0.0),
                static_cast<T>(nesterov ? pace * momentum : pace)};
    }
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        moment[0] = V(n.momentum) * moment[0] + V(n.rest) * g;
        return V(n.of_gradient) * g + V(n.of_momentum) * moment[0];
    }
};

/// How long the update of a matrix is.
enum class muon_length { original, as_adamw };

inline namespace HONE_CPU {

struct orthogonalize {
    int iterations = 5;
    double coefficients[3] = {3.4445, -4.775, 2.0315};
    double epsilon = 1e-7; ///< the least |u|
    muon_length length = muon_length::original;

    static constexpr bool by_weight = true, adds_weights = false, for_matrices = true;
    template <class T>
    long scratch(long count, long columns) const {
        return columns == 0 ? 0 : on_cpu::orthogonalize_scratch<T>(count / columns, columns);
    }
    template <class T>
    void apply_to(weight_update<T>& v) const {
        const double rows = static_cast<double>(v.at.rows()),
                     columns = static_cast<double>(v.at.columns);
        const double norm = std::abs(v.scale) * std::sqrt(on_cpu::squared_sum(v.update, v.at.count,
                                                                           v.partial, *v.workers));
        on_cpu::orthogonalize(v.update, v.scale / std::max(norm, epsilon), v.room, v.at.rows(),
                           v.at.columns, coefficients, iterations, v.scratch, *v.workers);
        v.update = v.room;
        v.scale = length == muon_length::original ? std::sqrt(std::max(1.0, rows / columns))
                                                  : 0.2 * std::sqrt(std::max(rows, columns));
    }
};

struct muon {
    schedule rate = 1e-3;
    double momentum = 0.95, decay = 0.1;
    bool nesterov = true;
    int iterations = 5;
    muon_length length = muon_length::original;

    auto transforms() const {
        orthogonalize o;
        o.iterations = iterations;
        o.length = length;
        return std::tuple(scale_by_muon{momentum, nesterov}, o, add_decayed_weights(decay),
                          scale_by_rate(rate));
    }
};

} // namespace HONE_CPU

} // namespace hone

#ifndef __CUDACC__
#include "hone/optimizer/orthogonal/cpu.hpp"
#endif
