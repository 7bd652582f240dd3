// Statistics of a row, and what is made of them: mean, softmax, log-sum-exp, layer norm. One primitive (reduce a row, then map it)
// serves all of them; derivatives follow from those of sums and elementwise ops. Statistics are one number a row.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/activations.hpp"

namespace hone {

template <class X>
using one_a_row = shaped<typename X::kind, 1>;

struct row_sum_ : composed {
    template <class X>
    using shape = one_a_row<X>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        return e.builder().add<sum_columns_>({a[0]}, 1, kind_of<typename Shape::kind>::code(e));
    }
};
struct row_total_ : composed {
    template <class X>
    using shape = shaped<once, X::width>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        return e.builder().add<sum_rows_>({a[0]}, Shape::width, -1);
    }
};
/// The largest of a row; taken as a constant by the derivative (what it shifts is shifted back exactly).
struct row_max_ {
    static constexpr op_traits traits{.how = structure::reduce};
    template <class X>
    using shape = one_a_row<X>;
    template <class V>
    static constexpr V step(V a, V b) { return max(a, b); }
    static constexpr double start() { return -__builtin_huge_val(); }
    static constexpr void reverse(graph_builder&, int) {}
};
/// x where m is not 0, else exactly 0, whatever x is; the gradient likewise. m gets none.
struct masked_ : elementwise {
    static constexpr auto value(auto x, auto m) { return where(m == decltype(m)(0), decltype(x)(0), x); }
    static constexpr void reverse(graph_builder& b, int self) {
        if (b.at(b.at(self).argument[0]).needs) b.contribute(b.at(self).argument[0], b.element<masked_>({b.of(self), b.argument(self, 1)}));
    }
};
/// 1 for a label (a class number), 0 for an ignored one (below 0).
struct is_label_ : elementwise {
    static constexpr op_traits traits{.takes_index = true};
    static constexpr auto value(auto label) { return where(label < decltype(label)(0), decltype(label)(0), decltype(label)(1)); }
    static constexpr void reverse(graph_builder&, int) {}
};
/// 1 in the column of the label, 0 elsewhere; as wide as its first argument.
struct one_hot_ : elementwise {
    static constexpr op_traits traits{.takes_index = true, .uses_column = true, .column_index = 0};
    template <class X, class Label>
    using shape = shaped<typename X::kind, X::width>;
    static constexpr auto value(auto column, auto label) { return where(column == label, decltype(column)(1), decltype(column)(0)); }
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[3], Shape) {
        return e.builder().add<one_hot_>({a[1]}, Shape::width, kind_of<typename Shape::kind>::code(e));
    }
    static constexpr void reverse(graph_builder&, int) {}
};

/// (rows, width) -> (rows, 1)
template <expression X>
constexpr auto sum_columns(X x) {
    return apply<row_sum_>(x);
}
/// (rows, width) -> (1, width)
template <expression X>
constexpr auto sum_rows(X x) {
    return apply<row_total_>(x);
}
/// The width of x as a number a row, also where it is the number of classes.
template <expression X>
constexpr auto width_like(X x) {
    if constexpr (X::width == run_time) return sum_columns(number_like<1>(x));
    else return number_like<X::width>(sum_columns(x));
}
template <expression X>
constexpr auto max_columns(X x) {
    return apply<row_max_>(x);
}
template <expression X>
constexpr auto mean_columns(X x) {
    if constexpr (X::width == run_time) return sum_columns(x) / width_like(x);
    else return scaled<1, X::width>(sum_columns(x));
}

struct log_sum_exp_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) {
        const auto top = max_columns(x);
        return logarithm(sum_columns(exponential(x - top))) + top;
    }
};
struct softmax_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) {
        const auto e = exponential(x - max_columns(x));
        return e / sum_columns(e);
    }
};
template <int Exponent>
struct normalized_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) {
        const auto centred = x - mean_columns(x);
        return centred * function<inverse_root_<Exponent>>{}(mean_columns(square(centred)));
    }
};

template <int Exponent>
struct rms_normalized_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) { return x * function<inverse_root_<Exponent>>{}(mean_columns(square(x))); }
};

/// log(sum(exp(x))) of each row, (rows, width) -> (rows, 1); no overflow.
template <expression X>
constexpr auto log_sum_exp(X x) {
    return invoke<log_sum_exp_>(x);
}
/// exp(x) over its sum, (rows, width) -> the same.
template <expression X>
constexpr auto softmax(X x) {
    return invoke<softmax_>(x);
}
/// (x - mean) / sqrt(variance + 10^-Exponent) of each row (Ba, Kiros and Hinton 2016), before gain and bias; two passes.
template <int Exponent, expression X>
constexpr auto normalized(X x) {
    return invoke<normalized_<Exponent>>(x);
}

/// x / sqrt(mean of x^2 + 10^-Exponent) of each row (Zhang and Sennrich 2019), before the gain.
template <int Exponent, expression X>
constexpr auto rms_normalized(X x) {
    return invoke<rms_normalized_<Exponent>>(x);
}

} // namespace hone
