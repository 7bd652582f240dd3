// Losses over a softmax besides plain cross-entropy: smoothed labels (Szegedy et al. 2016), weights
// of classes, and focal loss (Lin et al. 2017). Rows whose label is below 0 count for nothing and
// have gradient 0. Weights of classes are a row of numbers, one a class: `value_row<"class_weights",
// C>`, set before the first step (`run_time` for C where the classes are known at run time), or any
// other expression of one row.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"

namespace hone {

namespace detail {

/// What the losses of a row are made of: the logits, 0 where no label is; the logit of the label;
/// the log of the sum; the label as 0 and 1.
template <class Logits, class Label>
struct labelled_row {
    static constexpr auto counted = function<is_label_>{}(Label{});
    static constexpr auto x = function<masked_>{}(Logits{}, counted);
    static constexpr auto chosen = apply<one_hot_>(x, Label{});
    static constexpr auto of_label(auto row) {
        return sum_columns(function<masked_>{}(row, chosen));
    }
};

struct smoothed_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label, auto smoothing) {
        using row = labelled_row<decltype(logits), decltype(label)>;
        const auto likely =
            shifted<1>(-smoothing) * row::of_label(row::x) + smoothing * mean_columns(row::x);
        return function<masked_>{}(log_sum_exp(row::x) - likely, row::counted);
    }
};
struct weight_of_label_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label, auto weights) {
        return sum_columns(apply<one_hot_>(logits, label) * weights);
    }
};
struct smoothed_weighted_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label, auto smoothing, auto weights) {
        using row = labelled_row<decltype(logits), decltype(label)>;
        const auto all = log_sum_exp(row::x) - row::x; // -log p of each class
        const auto mine = invoke<weight_of_label_>(row::x, label, weights) * row::of_label(all);
        return function<masked_>{}(
            shifted<1>(-smoothing) * mine + smoothing * mean_columns(weights * all), row::counted);
    }
};
struct focal_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label, auto gamma) {
        using row = labelled_row<decltype(logits), decltype(label)>;
        const auto all = log_sum_exp(row::x) - row::x;
        const auto others = sum_columns(exponential(-all) *
                                        shifted<1>(-row::chosen)); // 1 - p, without the difference
        return function<masked_>{}(raised(others, gamma) * row::of_label(all), row::counted);
    }
};

template <class Logits, class Label>
constexpr void check_labels() {
    static_assert(Label::integer, HONE_E019);
    static_assert(std::is_same_v<typename Logits::kind, typename Label::kind>, HONE_E010);
}

} // namespace detail

inline constexpr struct weight_of_label_function {
    /// The weight of each row's class: (rows, 1), 0 where no label is. Weights are one row, a
    /// number a class.
    template <expression Logits, expression Label, expression Weights>
    constexpr auto operator()(Logits logits, Label label, Weights weights) const {
        detail::check_labels<Logits, Label>();
        return function<masked_>{}(invoke<detail::weight_of_label_>(logits, label, weights),
                                   function<is_label_>{}(label));
    }
} weight_of_label{};
inline constexpr struct smoothed_cross_entropy_function {
    /// Cross-entropy with (1 - smoothing) of the label's probability on the label and the rest on
    /// all classes alike.
    template <expression Logits, expression Label, expression Smoothing>
    constexpr auto operator()(Logits logits, Label label, Smoothing smoothing) const {
        detail::check_labels<Logits, Label>();
        return mean_over(invoke<detail::smoothed_>(logits, label, smoothing),
                         function<is_label_>{}(label));
    }
    /// The same with weights of classes: the label's part by the label's weight, the rest by each
    /// class's own; the mean is over the labels' weights.
    template <expression Logits, expression Label, expression Smoothing, expression Weights>
    constexpr auto operator()(Logits logits, Label label, Smoothing smoothing,
                              Weights weights) const {
        detail::check_labels<Logits, Label>();
        using values =
            decltype(invoke<detail::smoothed_weighted_>(logits, label, smoothing, weights));
        return loss_of<loss_term<values, decltype(weight_of_label(logits, label, weights)),
                                 decltype(function<is_label_>{}(label))>>{};
    }
} smoothed_cross_entropy{};
inline constexpr struct weighted_cross_entropy_function {
    /// Cross-entropy where each row counts by the weight of its class: sum of weight * -log p over
    /// the sum of weights.
    template <expression Logits, expression Label, expression Weights>
    constexpr auto operator()(Logits logits, Label label, Weights weights) const {
        return mean_of(invoke<cross_entropy_>(logits, label),
                       weight_of_label(logits, label, weights));
    }
} weighted_cross_entropy{};
inline constexpr struct focal_function {
    /// The mean of -(1 - p)^gamma log p over labelled rows, p the label's probability. Gamma 0:
    /// cross-entropy.
    template <expression Logits, expression Label, expression Gamma>
    constexpr auto operator()(Logits logits, Label label, Gamma gamma) const {
        detail::check_labels<Logits, Label>();
        return mean_over(invoke<detail::focal_>(logits, label, gamma),
                         function<is_label_>{}(label));
    }
    /// The same times the weight of the label's class; the mean stays that over rows.
    template <expression Logits, expression Label, expression Gamma, expression Weights>
    constexpr auto operator()(Logits logits, Label label, Gamma gamma, Weights weights) const {
        return mean_over(weight_of_label(logits, label, weights) *
                             invoke<detail::focal_>(logits, label, gamma),
                         function<is_label_>{}(label));
    }
} focal{};

} // namespace hone
