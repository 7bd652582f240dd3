// A loss is one or more terms; a term is a sum over rows and the weight by which it is divided, kept apart to the end, so that
// accumulating over batches is exact: only the step divides. Terms add, take weights known at compile time or at run time,
// and each term's value is reported.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/rows.hpp"

namespace hone {

/// A run-time number in a loss, or none.
struct unit {};

/// coefficient * sum(Values) / sum(Weights) over the rows of one kind.
template <class Values, class Weights, class Coefficient = unit>
struct term {};

template <class... Terms>
struct loss_of {};

template <class L>
inline constexpr bool is_loss = false;
template <class... Terms>
inline constexpr bool is_loss<loss_of<Terms...>> = true;

/// The mean over all rows and columns of x.
template <expression X>
constexpr auto mean_of(X x) {
    static_assert(!X::integer, HONE_E025);
    auto values = sum_columns(x);
    return loss_of<term<decltype(values), decltype(width_like(x))>>{};
}
/// The mean of `x` (one number a row) over the rows where `weight` is not 0, weighted by it.
template <expression X, expression Weight>
constexpr auto mean_of(X x, Weight weight) {
    static_assert(X::width == 1 && Weight::width == 1, HONE_E011);
    return loss_of<term<decltype(x * weight), Weight>>{};
}

struct cross_entropy_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label) {
        const auto counted = function<is_label_>{}(label);
        const auto x = function<masked_>{}(logits, counted);
        const auto chosen = sum_columns(function<masked_>{}(x, apply<one_hot_>(x, label)));
        return function<masked_>{}(log_sum_exp(x) - chosen, counted);
    }
};

/// Cross-entropy of logits (rows, classes) with labels (rows): the mean of -log softmax(logits)[label] over the rows whose label is
/// not ignored (below 0). Ignored rows have gradient exactly 0. No rows at all: loss 0, gradient 0.
template <expression Logits, expression Label>
constexpr auto cross_entropy(Logits logits, Label label) {
    static_assert(Label::integer, HONE_E019);
    static_assert(std::is_same_v<typename Logits::kind, typename Label::kind>, HONE_E010);
    auto values = invoke<cross_entropy_>(logits, label);
    auto counted = function<is_label_>{}(label);
    return loss_of<term<decltype(values), decltype(counted)>>{};
}
/// The mean of (x - y)^2 over rows and columns.
template <expression X, expression Y>
constexpr auto squared_error(X x, Y y) {
    return mean_of(square(x - y));
}

template <class... A, class... B>
constexpr auto operator+(loss_of<A...>, loss_of<B...>) {
    return loss_of<A..., B...>{};
}
template <class Number, class... Terms>
    requires std::is_arithmetic_v<Number>
constexpr auto operator*(Number, loss_of<Terms...>) {
    static_assert(never<Number>, HONE_E028);
}
/// A loss times a run-time number: `value<"lambda"> * other`.
template <literal Name, class... Values, class... Weights>
constexpr auto operator*(value_symbol<Name>, loss_of<term<Values, Weights, unit>...>) {
    return loss_of<term<Values, Weights, value_symbol<Name>>...>{};
}

} // namespace hone
