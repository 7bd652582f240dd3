// The product of an activation with a weight matrix, y = x W^T with W (out, in) as published checkpoints hold it, and its two
// derivatives dx = dy W and dW = dy^T x. All three read their operands as they lie; y and dx work on blocks of rows inside a group.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

struct product_;
struct product_back_;
/// dW(out, in) = sum over rows of dy(row, out) x(row, in), in chunks of a fixed number of rows.
struct outer_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = {0, 1}, .factors = {0, 1},
                                      .multiplies = product_widths::with_argument, .fills = gradient_filling::writes};
    using uses = types<product_, product_back_>;
    template <class X, class Y>
    using shape = shaped<fixed_rows<X::width>, Y::width>;
    static constexpr void reverse(graph_builder& b, int self);
};
/// dx(rows, in) = dy(rows, out) W(out, in); on its own, x(rows, n) W(n, width).
struct product_back_ {
    static constexpr op_traits traits{.how = structure::block, .keep = true, .read_elsewhere = {1}, .factors = {0},
                                      .multiplies = product_widths::with_result};
    using uses = types<outer_, product_>;
    template <class X, class W>
    using shape = shaped<typename X::kind, W::width>;
    static constexpr void reverse(graph_builder& b, int self);
};
/// y(rows, out) = x(rows, in) W(out, in)^T
struct product_ {
    static constexpr op_traits traits{.how = structure::block, .keep = true, .read_elsewhere = {1}, .factors = {0},
                                      .multiplies = product_widths::with_result, .packs_once = 1};
    using uses = types<outer_, product_back_>;
    template <class Kind>
    struct rows_in {
        static constexpr int value = 0; ///< not a weight
    };
    template <int N>
    struct rows_in<fixed_rows<N>> {
        static constexpr int value = N;
    };
    template <class X, class W>
    using shape = shaped<typename X::kind, rows_in<typename W::kind>::value>;

    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0], w = b.at(self).argument[1], d = b.of(self);
        if (b.at(w).needs) b.contribute(w, b.add<outer_>({d, b.value(x)}, b.at(w).width, b.at(w).kind));
        if (b.at(x).needs) b.contribute(x, b.add<product_back_>({d, b.value(w)}, b.at(x).width, b.at(x).kind));
    }
};

constexpr void product_back_::reverse(graph_builder& b, int self) {
    const int x = b.at(self).argument[0], w = b.at(self).argument[1], d = b.of(self);
    if (b.at(w).needs) b.contribute(w, b.add<outer_>({b.value(x), d}, b.at(w).width, b.at(w).kind));
    if (b.at(x).needs) b.contribute(x, b.add<product_>({d, b.value(w)}, b.at(x).width, b.at(x).kind));
}

constexpr void outer_::reverse(graph_builder& b, int self) {
    const int x = b.at(self).argument[0], y = b.at(self).argument[1], d = b.of(self);
    if (b.at(x).needs) b.contribute(x, b.add<product_>({b.value(y), d}, b.at(x).width, b.at(x).kind));
    if (b.at(y).needs) b.contribute(y, b.add<product_back_>({b.value(x), d}, b.at(y).width, b.at(y).kind));
}

/// The sum over rows of x(row, n) y(row, m): (n, m).
template <expression X, expression Y>
constexpr auto outer(X x, Y y) {
    static_assert(!X::integer && !Y::integer, HONE_E025);
    static_assert(std::is_same_v<typename X::kind, typename Y::kind>, HONE_E010);
    return apply<outer_>(x, y);
}
/// x(rows, n) times w(n, width): (rows, width).
template <expression X, expression W>
constexpr auto times(X x, W w) {
    static_assert(!X::integer, HONE_E025);
    static_assert(product_::rows_in<typename W::kind>::value != 0, HONE_E032);
    static_assert(X::width == product_::rows_in<typename W::kind>::value, HONE_E012);
    return apply<product_back_>(x, w);
}
/// x(rows, in) times the transpose of w(out, in): (rows, out).
template <expression X, expression W>
constexpr auto product(X x, W w) {
    static_assert(!X::integer, HONE_E025);
    static_assert(product_::rows_in<typename W::kind>::value != 0, HONE_E032);
    static_assert(X::width == W::width, HONE_E012);
    return apply<product_>(x, w);
}

} // namespace hone
