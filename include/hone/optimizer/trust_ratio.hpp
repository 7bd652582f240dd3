// Rates by weight: the length of a weight over that of its update. Both are for large batches.
//     scale_by_trust_ratio  u -> |w| / |u| u, 1 where a length is 0     LAMB (You et al. 2020)
//     scale_by_lars         u -> r (u + decay w),  r = trust |w| / (|u| + decay |w| + epsilon),
//                           1 where a length is 0     LARS (You, Gitman and Ginsburg 2017)
// Weights that do not decay are left alone, as in timm, whose defaults these are.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/update.hpp"

namespace hone {

/// The weights whose rates follow their lengths.
enum class trust_in { decaying, all, none };

namespace detail::inline HONE_CPU {

template <class T>
double length(const T* p, const weight_update<T>& v) {
    return std::sqrt(on_cpu::squared_sum(p, v.at.count, v.partial, *v.workers));
}
inline bool is_adapted(trust_in which, const update_point& at) {
    return which == trust_in::all || (which == trust_in::decaying && at.decays);
}

} // namespace detail::inline HONE_CPU
inline namespace HONE_CPU {

struct scale_by_trust_ratio {
    trust_in which = trust_in::decaying;
    bool clip = false; ///< at most 1

    static constexpr bool by_weight = true, adds_weights = false;
    template <class T>
    void apply_to(weight_update<T>& v) const {
        if (!detail::is_adapted(which, v.at)) return;
        const double weight = detail::length(v.weight, v),
                     update = std::abs(v.scale) * detail::length(v.update, v);
        const double ratio = weight > 0 && update > 0 ? weight / update : 1.0;
        v.scale *= clip && ratio > 1 ? 1.0 : ratio;
    }
};
/// Adam's update with decay, as long as its weight.
struct lamb {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-6, decay = 0.01;
    bool corrected = true, clip = false;

    auto transforms() const {
        return std::tuple(
            scale_by_adam{beta1, beta2, epsilon, corrected}, add_decayed_weights(decay),
            scale_by_trust_ratio{decay != 0 ? trust_in::decaying : trust_in::none, clip},
            scale_by_rate(rate));
    }
};

struct scale_by_lars {
    double trust = 1e-3, decay = 0, epsilon = 1e-8;
    trust_in which = trust_in::decaying;
    bool clip = false; ///< LARC: r over the rate, at most 1

    static constexpr bool by_weight = true, adds_weights = true;
    template <class T>
    void apply_to(weight_update<T>& v) const {
        if (!detail::is_adapted(which, v.at)) return;
        const double share = v.at.decays ? decay : 0.0;
        const double weight = detail::length(v.weight, v),
                     update = std::abs(v.scale) * detail::length(v.update, v);
        double ratio =
            weight > 0 && update > 0 ? trust * weight / (update + weight * share + epsilon) : 1.0;
        if (clip) ratio = ratio / v.at.rate < 1 ? ratio / v.at.rate : 1.0;
        v.scale *= ratio;
        v.share = ratio * share;
    }
};
struct lars {
    schedule rate = 1.0;
    double momentum = 0.9, dampening = 0, decay = 0, trust = 1e-3, epsilon = 1e-8;
    bool nesterov = false, clip = false;

    auto transforms() const {
        return std::tuple(scale_by_lars{trust, decay, epsilon,
                                        decay != 0 ? trust_in::decaying : trust_in::none, clip},
                          scale_by_momentum{momentum, dampening, nesterov}, scale_by_rate(rate));
    }
};

} // namespace HONE_CPU

} // namespace hone
