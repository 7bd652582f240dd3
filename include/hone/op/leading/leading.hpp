// The first rows and columns of a matrix, as a matrix of its own: what a narrow layer takes of one that wider layers share (VeRA). A copy, made once a
// step where it stands; where nothing is cut off it is the matrix itself and costs nothing. Its derivative puts dy in the same corner of zeros.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/product.hpp"

namespace hone {

struct leading_;
/// dy (rows, columns) in the first corner of a matrix of zeros.
struct leading_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = {0}};
    using uses = types<leading_>;
    static constexpr void reverse(graph_builder& b, int self);
};
struct leading_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = {0}};
    using uses = types<leading_back_>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int w = b.at(self).argument[0];
        if (b.at(w).needs) b.contribute(w, b.add<leading_back_>({b.of(self)}, b.at(w).width, b.at(w).kind));
    }
};
constexpr void leading_back_::reverse(graph_builder& b, int self) {
    const int d = b.at(self).argument[0];
    if (b.at(d).needs) b.contribute(d, b.add<leading_>({b.of(self)}, b.at(d).width, b.at(d).kind));
}
/// How `leading_` is written down; its sizes are those of its node.
template <int Rows, int Columns>
struct leading_of_ : composed {
    using uses = types<leading_, leading_back_>;
    template <class>
    using shape = shaped<fixed_rows<Rows>, Columns>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        return e.builder().add<leading_>({a[0]}, Columns, kind_of<fixed_rows<Rows>>::code(e));
    }
};

/// w (at least Rows, at least Columns) -> (Rows, Columns).
template <int Rows, int Columns, expression W>
constexpr auto leading(W w) {
    constexpr int rows = product_::rows_in<typename W::kind>::value;
    static_assert(rows >= Rows && W::width >= Columns && Rows > 0 && Columns > 0, HONE_E012);
    if constexpr (rows == Rows && W::width == Columns) return w;
    else return apply<leading_of_<Rows, Columns>>(w);
}

} // namespace hone
