// The few ops that the engine itself writes: leaves, copies and sums that repeat or reduce an adjoint, and what a loop is.
// Every other op lives in op/ and is unknown here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/graph.hpp"
#include "hone/meta/list.hpp"

namespace hone {

/// Makes the record of an op from its traits and its derivative.
template <class Op>
constexpr operation describe() {
    operation o{Op::traits};
    if constexpr (requires { &Op::reverse; }) o.reverse = &Op::reverse;
    else if constexpr (requires { &Op::template reverse_of<Op>; }) o.reverse = &Op::template reverse_of<Op>;
    return o;
}

/// The record of an op, one object per op type.
template <class Op>
inline constexpr operation operation_of = describe<Op>();

/// The position of an op's record in a list of op types.
template <class... T>
constexpr int index_of(types<T...>, const operation* op) {
    int found = -1, i = 0;
    ((op == &operation_of<T> ? void(found = i) : void(), ++i), ...);
    return found;
}
/// The op type behind a record.
template <class List, int I>
using op_at = type_at<List, I>;

struct leaf_op {
    static constexpr op_traits traits{.how = structure::leaf};
};
struct weight_leaf : leaf_op {};
struct field_leaf : leaf_op {};
struct symbol_leaf : leaf_op {};
struct argument_leaf : leaf_op {};
/// Rows that a step is given to add to a value.
struct added_leaf : leaf_op {};

/// y = x, repeated over rows or columns where the result is larger.
struct copy_ {
    static constexpr op_traits traits{};
    static constexpr auto value(auto x) { return x; }
    static constexpr void reverse(graph_builder& b, int self);
};
struct add_ {
    static constexpr op_traits traits{};
    static constexpr auto value(auto x, auto y) { return x + y; }
    static constexpr void reverse(graph_builder& b, int self);
};
/// Zeros in the shape of x.
struct zeros_like_ {
    static constexpr op_traits traits{};
    static constexpr auto value(auto x) { return decltype(x)(0); }
    static constexpr void reverse(graph_builder&, int) {}
};
/// (rows, width) -> (rows, 1)
struct sum_columns_ {
    static constexpr op_traits traits{.how = structure::reduce};
    template <class V>
    static constexpr V step(V total, V x) { return total + x; }
    static constexpr double start() { return 0; }
    static constexpr void reverse(graph_builder& b, int self);
};
/// (rows, width) -> (1, width), in chunks of a fixed number of rows that are joined in order.
struct sum_rows_ {
    static constexpr op_traits traits{.how = structure::sink, .row_by_row = false, .keep = true};
    static constexpr void reverse(graph_builder& b, int self);
};
/// Adds its argument to the gradient of a weight.
struct accumulate_ {
    static constexpr op_traits traits{.how = structure::effect, .read_elsewhere = {0}};
};
/// A further result of an op that has several; `detail` says which.
struct output_ {
    static constexpr op_traits traits{.how = structure::output, .row_by_row = false};
    static constexpr void reverse(graph_builder& b, int self);
};
/// Values through the layers of a repeat: the first go from layer to layer, the others every layer reads; further results are outputs. Its backward runs the
/// blocks' own backward graphs from the last layer to the first, with the arguments of the loop and then a seed for each value that has one; its results
/// are the gradients of the arguments, that of an argument which every layer reads handed on from layer to layer and added to.
struct loop_ {
    static constexpr op_traits traits{.how = structure::loop, .row_by_row = false, .keep = true, .read_elsewhere = all_arguments};
    static constexpr void reverse(graph_builder& b, int self);
};
struct loop_back_ {
    static constexpr op_traits traits{.how = structure::loop, .row_by_row = false, .read_elsewhere = all_arguments};
};

} // namespace hone
