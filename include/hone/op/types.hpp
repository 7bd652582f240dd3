// Which op types a program can contain: those that its expressions name, what their derivatives insert, and the engine's own few.
// Kernels are instantiated from this list by position. Cost: one look at each body, however often it is called.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

namespace detail {

/// What the reverse of one op inserts.
template <class Op, class Indices = std::make_integer_sequence<int, 3>>
struct inserted {
    using type = types<>;
};
template <class Op>
    requires requires { typename Op::uses; }
struct inserted<Op, std::integer_sequence<int, 0, 1, 2>> {
    using type = typename Op::uses;
};
template <class Op>
    requires(std::derived_from<Op, elementwise> && !requires { typename Op::uses; } && !requires { &Op::reverse; })
struct inserted<Op, std::integer_sequence<int, 0, 1, 2>> {
    static constexpr auto list() {
        if constexpr (arity_of<Op>() == 1) return types<slope_of<Op, 0>>{};
        else if constexpr (arity_of<Op>() == 2) return types<slope_of<Op, 0>, slope_of<Op, 1>>{};
        else return types<slope_of<Op, 0>, slope_of<Op, 1>, slope_of<Op, 2>>{};
    }
    using type = decltype(list());
};

template <class Expression>
struct ops_of {
    using type = types<>;
};
template <class Shape, class Op, class... Arguments>
struct ops_of<applied<Shape, Op, Arguments...>> {
    using own = typename with<types<Op>>::type;
    using type = typename all_of<types<Op>, typename inserted<Op>::type, typename ops_of<Arguments>::type...>::type;
};
template <int K, class X>
struct ops_of<redrawn<K, X>> : ops_of<X> {};
template <class Shape, class Layer, class Path, class... Arguments>
struct ops_of<call<Shape, Layer, Path, Arguments...>> {
    using type = typename all_of<typename ops_of<body_of<Layer, Arguments...>>::type, typename ops_of<Arguments>::type...>::type;
};
template <class Shape, int Count, class Block, class Path, class... X>
struct ops_of<call<Shape, repeat<Count, Block>, Path, X...>> {
    using type = typename all_of<typename ops_of<body_of<Block, X...>>::type, typename ops_of<X>::type...>::type;
};
template <class Shape, class... Runs, class Path, class... X>
struct ops_of<call<Shape, repeat_runs<Runs...>, Path, X...>> {
    using type = typename all_of<typename ops_of<body_of<typename Runs::block, X...>>::type..., typename ops_of<X>::type...>::type;
};
template <class... Expressions>
struct ops_of<values<Expressions...>> {
    using type = typename all_of<typename ops_of<Expressions>::type...>::type;
};
template <int K, class Shape, class Call>
struct ops_of<further<K, Shape, Call>> : ops_of<Call> {};
template <int K, class Shape, class Layer, class Path, class... Arguments>
struct ops_of<call_of_several<K, Shape, Layer, Path, Arguments...>> : ops_of<call<Shape, Layer, Path, Arguments...>> {};

} // namespace detail

/// Ops that any program may contain.
using core_ops = types<copy_, add_, zeros_like_, sum_columns_, sum_rows_, accumulate_, output_, loop_, loop_back_, multiply_, negate_>;

template <class... Expressions>
using ops_of = typename detail::all_of<core_ops, typename detail::ops_of<Expressions>::type...>::type;

} // namespace hone
