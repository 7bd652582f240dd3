// Clipping that is not by the norm of all gradients: each number by itself, or the rows of a weight
// by their own lengths.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/optimizer/update.hpp"

namespace hone {

/// u -> min(max(u, -limit), limit), number by number.
struct clip_by_value {
    double limit;
    explicit constexpr clip_by_value(double l) : limit(l) {}

    static constexpr state_names<0> kept{};
    static constexpr bool rests = true;
    template <class T>
    struct numbers {
        T limit, pace;
    };
    template <class T>
    numbers<T> prepare(const update_point&, double pace) const {
        return {static_cast<T>(limit), static_cast<T>(pace)};
    }
    template <class V, class T>
    static V apply(V u, V, V*, const numbers<T>& n) {
        return V(n.pace) * min(max(u, V(-n.limit)), V(n.limit));
    }
};

inline namespace HONE_CPU {

/// Adaptive clipping (Brock et al. 2021): a row of the gradient that is longer than limit *
/// max(|row of the weight|, epsilon) is cut to that length. A vector is one row.
struct clip_by_weight {
    double limit = 0.01, epsilon = 1e-3;

    static constexpr bool by_weight = true, adds_weights = false;
    template <class T>
    void apply_to(weight_update<T>& v) const {
        const long rows = v.at.rows(), width = v.at.count / rows,
                   together = optimizer_chunk / width > 0 ? optimizer_chunk / width : 1;
        const auto some = [&](long piece) {
            for (long r = piece * together; r < rows && r < (piece + 1) * together; ++r) {
                const T* const from = v.update + r * width;
                const double weight = std::sqrt(on_cpu::squared_sum(v.weight + r * width, width)),
                             most = limit * (weight > epsilon ? weight : epsilon);
                const double update = std::abs(v.scale) * std::sqrt(on_cpu::squared_sum(from, width));
                const T factor = static_cast<T>(v.scale * (update > most ? most / update : 1.0));
                for (long i = 0; i < width; ++i) v.room[r * width + i] = factor * from[i];
            }
        };
        const long pieces = (rows + together - 1) / together;
        if (pieces > 2) on_cpu::share_out(*v.workers, pieces, some);
        else
            for (long p = 0; p < pieces; ++p) some(p);
        v.update = v.room;
        v.scale = 1;
    }
};

} // namespace HONE_CPU

} // namespace hone
