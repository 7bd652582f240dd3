// Numbers of the heads of a row: the sum of each head's columns, a number for each of its columns, one row of a head's columns for every head. Each is the
// derivative of another one: norms of queries and keys are made of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/rows.hpp"

namespace hone {

/// What becomes of column (head, j) of a row of Heads heads of Size columns each.
enum class head_walk : unsigned char {
    sum_each,   ///< (rows, Heads * Size) -> (rows, Heads)
    to_each,    ///< (rows, Heads) -> (rows, Heads * Size)
    sum_over,   ///< (rows, Heads * Size) -> (rows, Size): columns j of all heads
    to_all      ///< (rows, Size) -> (rows, Heads * Size)
};
constexpr head_walk opposite(head_walk w) {
    return w == head_walk::sum_each ? head_walk::to_each : w == head_walk::to_each ? head_walk::sum_each : w == head_walk::sum_over ? head_walk::to_all : head_walk::sum_over;
}
constexpr int width_of(head_walk w, int heads, int size) { return w == head_walk::sum_each ? heads : w == head_walk::sum_over ? size : heads * size; }

template <head_walk Walk, int Heads, int Size>
struct over_heads_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true};
    using uses = types<over_heads_<opposite(Walk), Heads, Size>>;
    template <class X>
    using shape = shaped<typename X::kind, width_of(Walk, Heads, Size)>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<over_heads_<opposite(Walk), Heads, Size>>({b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};

/// x / sqrt(mean of x^2 + 10^-Exponent) over each head's columns: (rows, heads * Size) -> the same.
template <int Size, int Exponent, expression X>
constexpr auto rms_normalized_heads(X x) {
    static_assert(X::width % Size == 0, HONE_E021);
    constexpr int heads = X::width / Size;
    const auto mean = scaled<1, Size>(apply<over_heads_<head_walk::sum_each, heads, Size>>(square(x)));
    return x * apply<over_heads_<head_walk::to_each, heads, Size>>(function<inverse_root_<Exponent>>{}(mean));
}
/// A row of Size columns for each of Heads heads: (rows, Size) -> (rows, Heads * Size).
template <int Heads, expression X>
constexpr auto for_all_heads(X x) {
    return apply<over_heads_<head_walk::to_all, Heads, X::width>>(x);
}

} // namespace hone
