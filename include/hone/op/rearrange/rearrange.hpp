// Moving rows: looking up a table, taking the first row of each sequence, giving a sequence's row to its tokens, summing a
// sequence. What only reads other rows is a source: a pointer to a row, read inside whatever uses it, never a copy.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/product.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone {

/// Sums dy into the rows of a table by id: (rows, width), ids -> (table rows, width). By sorted id, so the same bits always.
struct scatter_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = {0, 1}, .fills = gradient_filling::rows};
};
/// The row `ids[r]` of a table: (table rows, width), (rows) -> (rows, width). Below 0 stands a virtual token: zeros, and no gradient.
struct gather_ {
    static constexpr op_traits traits{.how = structure::source, .read_elsewhere = {0}, .table = 0, .row_index = 1};
    using uses = types<scatter_>;
    template <class Table, class Ids>
    using shape = shaped<typename Ids::kind, Table::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        const int table = b.at(self).argument[0];
        if (!b.at(table).needs) return;
        b.contribute(table, b.add<scatter_>({b.of(self), b.at(self).argument[1]}, b.at(table).width, b.at(table).kind));
    }
};

struct sum_segments_;
/// Rows of x by a column of the batch that says which: the first of each sequence, those that a field picks, the sequence of each token. -1: zeros.
/// (rows of x, width), (rows) -> (rows, width). Where each row is read once at most the derivative reads by the column's inverse; the row of a segment at
/// each of its members is summed over them.
struct pick_ {
    static constexpr op_traits traits{.how = structure::source, .row_by_row = false, .selects = true, .keep = true, .read_elsewhere = {0}};
    using uses = types<sum_segments_>;
    template <class X, class Where>
    using shape = shaped<typename Where::kind, X::width>;
    static constexpr void reverse(graph_builder& b, int self);
};
/// The sum of the rows of each segment, in order: (rows, width), where each begins (segments) -> (segments, width).
struct sum_segments_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = {0}};
    using uses = types<pick_>;
    template <class X, class First>
    using shape = shaped<typename First::kind, X::width>;
    static constexpr void reverse(graph_builder& b, int self);
};
/// The largest of each column over the rows of each segment; a constant to the derivative, as row_max_ is.
struct max_segments_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .constant = true, .read_elsewhere = {0}};
    template <class X, class First>
    using shape = shaped<typename First::kind, X::width>;
    static constexpr void reverse(graph_builder&, int) {}
};
constexpr void pick_::reverse(graph_builder& b, int self) {
    const int x = b.at(self).argument[0], kind = b.at(x).kind, width = b.at(x).width;
    const auto where = b.input(b.at(self).argument[1]);
    if (where.what == batch_column::segment) b.contribute(x, b.add<sum_segments_>({b.of(self), b.column(where.field, batch_column::first, kind)}, width, kind));
    else b.contribute(x, b.add<pick_>({b.of(self), b.column(where.field, inverse(where.what), kind)}, width, kind));
}
constexpr void sum_segments_::reverse(graph_builder& b, int self) {
    const int x = b.at(self).argument[0], kind = b.at(x).kind;
    const auto first = b.input(b.at(self).argument[1]);
    b.contribute(x, b.add<pick_>({b.of(self), b.column(first.field, batch_column::segment, kind)}, b.at(x).width, kind));
}

/// The identity matrix (N, N). Its rows lie in one line of zeros around a one.
template <int N>
struct identity_ {
    static constexpr op_traits traits{.how = structure::source};
    template <class...>
    using shape = shaped<fixed_rows<N>, N>;
    static constexpr void reverse(graph_builder&, int) {}
};
template <int N>
inline constexpr auto identity = apply<identity_<N>>();

/// A column, one number a row of a fixed number of rows, as one row; a constant to the derivative.
struct as_constant_row_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .constant = true, .read_elsewhere = {0}};
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

/// The segments of a kind of rows: which kind they are, where each begins, and of which each row is.
template <class Kind>
struct segments_of {
    static_assert(never<Kind>, HONE_E090);
};
template <class Name>
struct segments_of<per_token<Name>> {
    using kind = per_sequence;
    using first = index_leaf<Name, batch_column::first, per_sequence>;
    using last = index_leaf<Name, batch_column::last, per_sequence>;
    using segment = index_leaf<Name, batch_column::segment, per_token<Name>>;
};
template <class Name>
struct segments_of<per_pick<Name>> {
    using kind = per_sequence;
    using first = index_leaf<Name, batch_column::first, per_sequence>;
    using segment = index_leaf<Name, batch_column::segment, per_pick<Name>>;
};
/// A field of groups, as `batch.group`.
template <class G>
concept group_field = requires {
    typename G::kind;
    typename G::first;
    typename G::segment;
};
/// A field of rows, or of one row a segment, of the kind `of`.
template <class F>
concept pick_field = requires {
    typename F::of;
    typename F::where;
};

/// The rows of x that a field names: the picked tokens (`picked_rows`), one token a sequence (`token_position`), one sequence a group (`group_choice`).
/// A row that a position leaves out (-100) is zeros and gives no gradient.
template <expression X, pick_field Field>
constexpr auto pick(X x, Field) {
    static_assert(!X::integer, HONE_E025);
    static_assert(std::is_same_v<typename X::kind, typename Field::of>, HONE_E091);
    return apply<pick_>(x, typename Field::where{});
}
/// The first row of each sequence: (tokens, width) -> (sequences, width).
template <expression X>
constexpr auto first_token(X x) {
    return apply<pick_>(x, typename segments_of<typename X::kind>::first{});
}
/// The last row of each sequence: (tokens, width) -> (sequences, width).
template <expression X>
constexpr auto last_token(X x) {
    return apply<pick_>(x, typename segments_of<typename X::kind>::last{});
}
/// A row per sequence, repeated for the tokens (or picked tokens) of `like`'s kind; or a row per group, repeated for its sequences.
template <expression X, class Like>
constexpr auto spread(X x, Like) {
    if constexpr (group_field<Like>) {
        static_assert(std::is_same_v<typename X::kind, typename Like::kind>, HONE_E010);
        return apply<pick_>(x, typename Like::segment{});
    } else {
        static_assert(std::is_same_v<typename X::kind, typename segments_of<typename Like::kind>::kind>, HONE_E010);
        return apply<pick_>(x, typename segments_of<typename Like::kind>::segment{});
    }
}

namespace detail {

/// `Op` over the sequences' rows, or over those of the groups that are named.
template <class Op, class X, class... Group>
constexpr auto over_segments(X x, Group...) {
    if constexpr (sizeof...(Group) == 0) return apply<Op>(x, typename segments_of<typename X::kind>::first{});
    else {
        static_assert(std::is_same_v<typename X::kind, per_sequence>, HONE_E010);
        return apply<Op>(x, typename Group::first{}...);
    }
}

} // namespace detail

/// The sum of the rows of each sequence, or, with a field of groups, of the sequences of each group.
template <expression X, group_field... Group>
constexpr auto sum_sequence(X x, Group... group) {
    return detail::over_segments<sum_segments_>(x, group...);
}
/// The largest of each column over the same rows; no gradient.
template <expression X, group_field... Group>
constexpr auto max_sequence(X x, Group... group) {
    return detail::over_segments<max_segments_>(x, group...);
}
/// The mean of the rows of each sequence.
template <expression X, group_field... Group>
constexpr auto mean_sequence(X x, Group... group) {
    return sum_sequence(x, group...) / sum_sequence(number_like<1>(sum_columns(x)), group...);
}
/// log(sum(exp(x))) of each column over the rows of each sequence (or group); no overflow.
template <expression X, group_field... Group>
constexpr auto log_sum_exp_sequence(X x, Group... group) {
    const auto top = max_sequence(x, group...);
    if constexpr (sizeof...(Group) == 0) return logarithm(sum_sequence(exponential(x - spread(top, x)))) + top;
    else return logarithm(sum_sequence(exponential(x - spread(top, group...)), group...)) + top;
}

} // namespace hone
