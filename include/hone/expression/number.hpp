// Run-time numbers in an expression, alone or in a row, and an expression under another draw of what is random in it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/expression.hpp"

namespace hone {

/// A number given when the step is called: `step.set<"temperature">(0.5f)`. One that nobody has set is an error at the first step, unless its
/// type states what it is until then: `value<"dropout", 0>`, `value<"temperature", 1, 2>` for a half.
template <literal Name, long... Default>
struct value_symbol : shaped<once, 1> {
    static_assert(sizeof...(Default) <= 2, HONE_E083);
};
template <literal Name, long... Default>
inline constexpr value_symbol<Name, Default...> value{};
/// A row of `Width` numbers, given likewise: `step.set<"class_weights">(numbers)`; `run_time` is one number a class.
template <literal Name, int Width>
struct value_row_symbol : shaped<once, Width> {};
template <literal Name, int Width>
inline constexpr value_row_symbol<Name, Width> value_row{};

/// An expression in which all that is random draws for the K-th time (op/random/dropout.hpp).
template <int K, class X>
struct redrawn : shaped<typename X::kind, X::width, X::integer> {};

} // namespace hone
