// Moving rows: looking up a table, taking the first row of each sequence, giving a sequence's row to its tokens, summing a
// sequence. What only reads other rows is a source: a pointer to a row, read inside whatever uses it, never a copy.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/product.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone {

/// Sums dy into the rows of a table by id: (rows, width), ids -> (table rows, width). By sorted id, so the same bits always.
struct scatter_ {
    static constexpr structure how = structure::whole;
    static constexpr bool row_by_row = false;
    static constexpr int indirect = 3;
};
/// The row `ids[r]` of a table: (table rows, width), (rows) -> (rows, width). Below 0 stands a virtual token: zeros, and no gradient.
struct gather_ {
    static constexpr structure how = structure::source;
    static constexpr int indirect = 1;
    using uses = types<scatter_>;
    template <class Table, class Ids>
    using shape = shaped<typename Ids::kind, Table::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int table = b.at(self).argument[0];
        if (!b.at(table).needs) return;
        b.contribute(table, b.add<scatter_>({b.of(self), b.at(self).argument[1]}, b.at(table).width, b.at(table).kind));
    }
};

/// A sequence's row at its first token, 0 at the others.
struct expand_first_ {
    static constexpr structure how = structure::source;
    static constexpr bool row_by_row = false;
    static constexpr int indirect = 1;
};
/// The first row of each sequence: (tokens, width) -> (sequences, width).
struct first_row_ {
    static constexpr structure how = structure::source;
    static constexpr bool row_by_row = false, selects = true, keep = true;
    static constexpr int indirect = 1;
    using uses = types<expand_first_>;
    template <class X>
    using shape = shaped<per_sequence, X::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<expand_first_>({b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};

struct sum_sequence_;
/// A sequence's row at each of its tokens: (sequences, width) -> (tokens, width).
struct spread_ {
    static constexpr structure how = structure::source;
    static constexpr bool row_by_row = false, keep = true;
    static constexpr int indirect = 1;
    using uses = types<sum_sequence_>;
    template <class X, class Like>
    using shape = shaped<typename Like::kind, X::width>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[3], Shape) {
        return e.builder().add<spread_>({a[0]}, Shape::width, kind_of<typename Shape::kind>::code(e));
    }
    static constexpr void reverse(graph_builder& b, int self);
};
/// The sum of the rows of each sequence, in order: (tokens, width) -> (sequences, width).
struct sum_sequence_ {
    static constexpr structure how = structure::whole;
    static constexpr bool row_by_row = false, keep = true;
    static constexpr int indirect = 1;
    using uses = types<spread_>;
    template <class X>
    using shape = shaped<per_sequence, X::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int x = b.at(self).argument[0];
        b.contribute(x, b.add<spread_>({b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};
constexpr void spread_::reverse(graph_builder& b, int self) {
    const int x = b.at(self).argument[0];
    b.contribute(x, b.add<sum_sequence_>({b.of(self)}, b.at(x).width, b.at(x).kind));
}

/// The identity matrix (N, N). Its rows lie in one line of zeros around a one.
template <int N>
struct identity_ {
    static constexpr structure how = structure::source;
    template <class...>
    using shape = shaped<fixed_rows<N>, N>;
    static constexpr void reverse(graph_builder&, int) {}
};
template <int N>
inline constexpr auto identity = apply<identity_<N>>();

/// A column, one number a row of a fixed number of rows, as one row; a constant to the derivative.
struct as_constant_row_ {
    static constexpr structure how = structure::whole;
    static constexpr bool row_by_row = false, keep = true, constant = true;
    static constexpr int indirect = 1;
    template <class X>
    using shape = shaped<once, product_::rows_in<typename X::kind>::value>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        return e.builder().add<as_constant_row_>({a[0]}, Shape::width, -1);
    }
};
/// (N rows, 1) -> (one row, N), through which no gradient goes.
template <expression X>
constexpr auto as_constant_row(X x) {
    static_assert(X::width == 1 && product_::rows_in<typename X::kind>::value != 0, HONE_E011);
    return apply<as_constant_row_>(x);
}

template <expression Table, expression Ids>
constexpr auto look_up(Table table, Ids ids) {
    static_assert(Ids::integer, HONE_E019);
    return apply<gather_>(table, ids);
}
template <expression X>
constexpr auto first_token(X x) {
    return apply<first_row_>(x);
}
/// A row per sequence, repeated for the tokens of `like`'s kind.
template <expression X, expression Like>
constexpr auto spread(X x, Like like) {
    return apply<spread_>(x, like);
}
template <expression X>
constexpr auto sum_sequence(X x) {
    return apply<sum_sequence_>(x);
}
/// The mean of the rows of each sequence.
template <expression X>
constexpr auto mean_sequence(X x) {
    return sum_sequence(x) / sum_sequence(number_like<1>(sum_columns(x)));
}

} // namespace hone
