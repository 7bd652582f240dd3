// A run of elementwise transforms, prepared for one weight and one step. Linear transforms have
// become numbers: read from the end, what scales the update is handed to the formula before it
// (AdamW's rate and bias correction are one factor), and what adds a share of the weight is added
// once. The run is one formula over a number (or a vector of them) and its moments, so it is one
// pass over memory, whatever it is made of.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/optimizer/transform.hpp"

namespace hone::detail {

template <class List, int I>
using transform_at = std::tuple_element_t<static_cast<std::size_t>(I), List>;

/// Moments of the transforms of a list before number I: where those of I begin.
template <class List, int I>
constexpr int moments_before() {
    if constexpr (I == 0) return 0;
    else if constexpr (elementwise_transform<transform_at<List, I - 1>>)
        return moments_before<List, I - 1>() +
               static_cast<int>(transform_at<List, I - 1>::kept.size());
    else return moments_before<List, I - 1>();
}
/// The same of counters.
template <class List, int I>
constexpr int counters_before() {
    if constexpr (I == 0) return 0;
    else
        return counters_before<List, I - 1>() +
               static_cast<int>(counters_of<transform_at<List, I - 1>>());
}
/// The first transform from I on that works by weight, or the number of all.
template <class List, int I>
constexpr int end_of_run() {
    if constexpr (I == static_cast<int>(std::tuple_size_v<List>)) return I;
    else if constexpr (weight_transform<transform_at<List, I>>) return I;
    else return end_of_run<List, I + 1>();
}

enum class folding { end, linear, formula };
template <class List, int I, int To>
constexpr folding folding_of() {
    if constexpr (I == To) return folding::end;
    else return linear_transform<transform_at<List, I>> ? folding::linear : folding::formula;
}

/// Transforms I to To - 1. `formulas` are those that are not linear; `adds`: a share of the weight
/// is added before the first of them; `adds_last`: behind the last.
template <class T, class List, int I, int To, folding = folding_of<List, I, To>()>
struct folded {
    static constexpr int formulas = 0;
    static constexpr bool adds = false, adds_last = false;
    void prepare(const List&, const update_point&, const double*, double& pace, double& share,
                 double&) {
        pace = 1;
        share = 0;
    }
    bool rests() const { return true; }
    template <class V>
    V apply(V u, V, V*) const {
        return u;
    }
};
template <class T, class List, int I, int To>
struct folded<T, List, I, To, folding::linear> : folded<T, List, I + 1, To> {
    using behind = folded<T, List, I + 1, To>;
    static constexpr bool adds = behind::adds || transform_at<List, I>::adds_weights;
    static constexpr bool adds_last = behind::formulas == 0 ? adds : behind::adds_last;
    void prepare(const List& all, const update_point& at, const double* counters, double& pace,
                 double& share, double& last) {
        behind::prepare(all, at, counters, pace, share, last);
        std::get<static_cast<std::size_t>(I)>(all).fold(at, pace, share);
    }
};
template <class T, class List, int I, int To>
struct folded<T, List, I, To, folding::formula> {
    using transform = transform_at<List, I>;
    using behind_it = folded<T, List, I + 1, To>;
    static constexpr int formulas = 1 + behind_it::formulas;
    static constexpr bool adds = false, adds_last = behind_it::formulas == 0 ? behind_it::adds
                                                                             : behind_it::adds_last;

    typename transform::template numbers<T> of;
    T share_behind;
    behind_it behind;

    /// `pace` and `share` belong before the formula, `last` behind the last one.
    void prepare(const List& all, const update_point& at, const double* counters, double& pace,
                 double& share, double& last) {
        behind.prepare(all, at, counters, pace, share, last);
        const auto& formula = std::get<static_cast<std::size_t>(I)>(all);
        if constexpr (counters_of<transform>() > 0)
            of = formula.template prepare<T>(at, pace, counters + counters_before<List, I>());
        else of = formula.template prepare<T>(at, pace);
        share_behind = static_cast<T>(share);
        if (behind_it::formulas == 0) last = share;
        pace = 1;
        share = 0;
    }
    bool rests() const {
        return detail::rests<transform> && (behind_it::formulas == 0 || share_behind == T(0)) &&
               behind.rests();
    }
    template <class V>
    V apply(V u, V w, V* moment) const {
        u = transform::apply(u, w, moment, of);
        if constexpr (behind_it::formulas > 0 && behind_it::adds) u = u + V(share_behind) * w;
        return behind.apply(u, w, moment + transform::kept.size());
    }
};

/// Transforms From to To - 1 of a list. `Last`: the result is the new weight, else the update.
/// `Added`: a share of the weight belongs to what it is given.
template <class T, class List, int From, int To, bool Last, bool Added = false>
struct prepared_run {
    using folded_run = folded<T, List, From, To>;
    static constexpr int first_moment = moments_before<List, From>(),
                         moments = moments_before<List, To>() - first_moment;
    static constexpr bool adds_first = folded_run::adds || Added;
    /// It only scales what it is given.
    static constexpr bool only_scales = !Last && folded_run::formulas == 0 && !adds_first;

    folded_run of;
    T scale, share,
        keep; ///< of what is given; of the weight, added to it; of the weight in the end

    /// `factor` and `added`: what is given is multiplied with, and how much of the weight belongs
    /// to it.
    [[gnu::noinline]] prepared_run(const List& all, const update_point& at, const double* counters,
                                   double factor, double added = 0) {
        double pace, first, last = 0;
        of.prepare(all, at, counters, pace, first, last);
        first += pace * added;
        if (folded_run::formulas == 0) last = first;
        scale = static_cast<T>(factor * pace);
        share = static_cast<T>(first);
        keep = static_cast<T>(Last ? 1 - last : last);
    }
    /// Is a weight whose gradient and moments are zero only multiplied with `keep`?
    bool rests() const { return of.rests() && (folded_run::formulas == 0 || share == T(0)); }
    template <class V>
    V apply(V u, V w, V* moment) const {
        u = u * V(scale);
        if constexpr (folded_run::formulas > 0 && adds_first) u = u + V(share) * w;
        u = of.apply(u, w, moment);
        if constexpr (Last) return V(keep) * w - u;
        else if constexpr (folded_run::formulas == 0 ? adds_first : folded_run::adds_last)
            return u + V(keep) * w;
        else return u;
    }
};

} // namespace hone::detail
