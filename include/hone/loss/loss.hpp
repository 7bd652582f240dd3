// A loss is one or more terms; a term is a sum over rows and the weight by which it is divided, kept apart to the end, so that
// accumulating over batches is exact: only the step divides. Terms add, are multiplied with numbers known at compile time or at run time, and
// may have a name, by which each is read: `term<"start">(a) + value<"lambda"> * term<"end">(b)`, then `step.term<"end">()`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/cross_entropy.hpp"

namespace hone {

struct unnamed {};

/// Coefficient * sum(Values) / sum(Weights) over the rows of one kind. Where the sum of Weights is not above 0 there is no mean, which is an error
/// unless no row counts: unless the sum of Counted is 0.
template <class Values, class Weights, class Counted, class Coefficient = one_symbol, class Name = unnamed>
struct loss_term {
    using values = Values;
    using weights = Weights;
    using counted = Counted;
    using coefficient = Coefficient;
    using name = Name;
};

namespace detail {

/// The position of a name among those of terms; -1: none has it.
template <class... Names>
constexpr int term_position(std::string_view name) {
    int found = -1, i = 0;
    const auto look = [&]<class Name>(const Name*) {
        if constexpr (!std::is_same_v<Name, unnamed>)
            if (found < 0 && Name::value == name) found = i;
        ++i;
    };
    (look(static_cast<const Names*>(nullptr)), ...);
    return found;
}
template <class... Names>
constexpr bool names_differ() {
    int i = 0;
    bool all = true;
    const auto look = [&]<class Name>(const Name*) {
        if constexpr (!std::is_same_v<Name, unnamed>) all = all && term_position<Names...>(Name::value) == i;
        ++i;
    };
    (look(static_cast<const Names*>(nullptr)), ...);
    return all;
}

} // namespace detail

template <class... Terms>
struct loss_of {
    static_assert(detail::names_differ<typename Terms::name...>(), HONE_E081);
    static constexpr int terms = static_cast<int>(sizeof...(Terms));
    /// The position of the term of this name; -1: there is none.
    static constexpr int position(std::string_view name) { return detail::term_position<typename Terms::name...>(name); }
    /// The name of a term; empty where it has none.
    static constexpr std::string_view name_of(int term) {
        std::string_view name;
        int i = 0;
        const auto look = [&]<class Name>(const Name*) {
            if constexpr (!std::is_same_v<Name, unnamed>)
                if (i == term) name = Name::value;
            ++i;
        };
        (look(static_cast<const typename Terms::name*>(nullptr)), ...);
        return name;
    }
};

template <class L>
inline constexpr bool is_loss = false;
template <class... Terms>
inline constexpr bool is_loss<loss_of<Terms...>> = true;

namespace detail {

/// Which rows count, where weights say how much: those that have a label, of weights made for them, else all.
template <class Weights>
struct counted_of {
    using type = one_symbol;
};
template <class Shape, class Label>
struct counted_of<applied<Shape, is_label_, Label>> {
    using type = applied<Shape, is_label_, Label>;
};
template <class Shape, class Weights, class Counted>
struct counted_of<applied<Shape, masked_, Weights, Counted>> {
    using type = Counted;
};

} // namespace detail

/// The mean over all rows and columns of x.
template <expression X>
constexpr auto mean_of(X x) {
    static_assert(!X::integer, HONE_E025);
    auto values = sum_columns(x);
    using weights = decltype(width_like(x));
    return loss_of<loss_term<decltype(values), weights, weights>>{};
}
/// The mean of `x` (one number a row), weighted by `weight`. A weight that is not a number, and weights whose sum is not above 0, are an error at
/// the step, unless they are made for labelled rows (`is_label`, `masked`) and no row has a label: then loss and gradient are 0.
template <expression X, expression Weight>
constexpr auto mean_of(X x, Weight weight) {
    static_assert(X::width == 1 && Weight::width == 1, HONE_E011);
    return loss_of<loss_term<decltype(x * weight), Weight, typename detail::counted_of<Weight>::type>>{};
}
/// The mean over the rows where `counted` is not 0, which x is 0 outside of already.
template <expression X, expression Counted>
constexpr auto mean_over(X, Counted) {
    static_assert(X::width == 1 && Counted::width == 1, HONE_E011);
    return loss_of<loss_term<X, Counted, Counted>>{};
}

/// Cross-entropy of logits (rows, classes) with labels (rows): the mean of -log softmax(logits)[label] over the rows whose label is
/// not ignored (below 0). Ignored rows have gradient exactly 0. No rows at all: loss 0, gradient 0.
template <expression Logits, expression Label>
constexpr auto cross_entropy(Logits logits, Label label) {
    static_assert(Label::integer, HONE_E019);
    static_assert(std::is_same_v<typename Logits::kind, typename Label::kind>, HONE_E010);
    return mean_over(invoke<cross_entropy_>(logits, label), function<is_label_>{}(label));
}

/// The mean of (x - y)^2 over rows and columns.
template <expression X, expression Y>
constexpr auto squared_error(X x, Y y) {
    return mean_of(square(x - y));
}

/// The same loss under a name, by which its value, sum and weight are read.
template <literal Name, class... Terms>
constexpr auto term(loss_of<Terms...>) {
    static_assert(sizeof...(Terms) == 1, HONE_E084);
    return loss_of<loss_term<typename Terms::values, typename Terms::weights, typename Terms::counted, typename Terms::coefficient, part_name<Name>>...>{};
}

template <class... A, class... B>
constexpr auto operator+(loss_of<A...>, loss_of<B...>) {
    return loss_of<A..., B...>{};
}

namespace detail {

template <class Factor, class Coefficient>
struct times {
    using type = decltype(Factor{} * Coefficient{});
};
template <class Factor>
struct times<Factor, one_symbol> {
    using type = Factor;
};

} // namespace detail

/// A loss times a number: `value<"lambda"> * loss`, or any expression of one number. A weight in it that trains has its gradient.
template <expression Factor, class... Terms>
constexpr auto operator*(Factor, loss_of<Terms...>) {
    constexpr bool one_number = std::is_same_v<typename Factor::kind, once> && Factor::width == 1;
    static_assert(one_number, HONE_E085);
    if constexpr (one_number)
        return loss_of<loss_term<typename Terms::values, typename Terms::weights, typename Terms::counted,
                                 typename detail::times<Factor, typename Terms::coefficient>::type, typename Terms::name>...>{};
}
template <expression Factor, class... Terms>
constexpr auto operator*(loss_of<Terms...> loss, Factor factor) {
    return factor * loss;
}
/// A loss times Numerator / Denominator.
template <long Numerator, long Denominator = 1, class... Terms>
constexpr auto scaled(loss_of<Terms...> loss) {
    return scaled<Numerator, Denominator>(one_symbol{}) * loss;
}
template <class... A, class... B>
constexpr auto operator-(loss_of<A...> a, loss_of<B...> b) {
    return a + scaled<-1>(b);
}
/// A plain number stands in no type, so it is refused, with what to write instead.
template <class Number, class... Terms>
    requires std::is_arithmetic_v<Number>
constexpr auto operator*(Number, loss_of<Terms...>) {
    static_assert(never<Number>, HONE_E028);
}
template <class Number, class... Terms>
    requires std::is_arithmetic_v<Number>
constexpr auto operator*(loss_of<Terms...>, Number) {
    static_assert(never<Number>, HONE_E028);
}
template <class Number, class... Terms>
    requires std::is_arithmetic_v<Number>
constexpr auto operator/(loss_of<Terms...>, Number) {
    static_assert(never<Number>, HONE_E028);
}

} // namespace hone
