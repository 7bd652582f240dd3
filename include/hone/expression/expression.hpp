// Expressions: stateless types that describe a value. A type says how many columns a value has and to which row kind its rows
// belong, so that a wrong meeting does not compile. Leaves are symbols: fields of the batch, weights by path, run-time numbers.
// A call of a layer is one node, `call<Layer, Path, Arguments...>`; its body is looked at once for all calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hone/expression/graph.hpp"
#include "hone/meta/fields.hpp"
#include "hone/meta/pattern.hpp"
#include "hone/meta/seam.hpp"
#include "hone/tensor/extent.hpp"

namespace hone {

/// Row kinds. The rows of a field are a kind of their own: rows of two fields never meet by accident.
struct per_sequence {};
template <class Field>
struct per_token {};
/// The rows that a field picks of another's.
template <class Field>
struct per_pick {};
template <class Field>
struct per_group {};
template <int N>
struct fixed_rows {};
using once = fixed_rows<1>;

template <class>
inline constexpr bool never = false;

/// The base of every expression: shape (rows of `Kind`) x `Width`; `Integer` for ids and labels.
template <class Kind, int Width, bool Integer = false>
struct shaped {
    using kind = Kind;
    static constexpr int width = Width;
    static constexpr bool integer = Integer;
    template <std::same_as<bool> B>
    constexpr operator B() const {
        static_assert(never<B>, HONE_E018);
        return false;
    }
};

template <class E>
concept expression = std::is_empty_v<E> && requires {
    typename E::kind;
    { E::width } -> std::convertible_to<int>;
    { E::integer } -> std::convertible_to<bool>;
};

/// The I-th argument of a body.
template <int I, class Kind, int Width, bool Integer>
struct argument : shaped<Kind, Width, Integer> {};

/// An op applied to expressions; `Shape` is the op's own answer.
template <class Shape, class Op, class... Arguments>
struct applied : Shape {};

template <class Op, class... Arguments>
constexpr auto apply(Arguments...) {
    static_assert((expression<Arguments> && ...), HONE_E028);
    if constexpr ((expression<Arguments> && ...)) return applied<typename Op::template shape<Arguments...>, Op, Arguments...>{};
}

// --- columns of a batch

/// Whole numbers that a field gives, or that are made of it; `Name` is the field's.
template <class Name, batch_column What, class Kind>
struct index_leaf : shaped<Kind, 1, true> {};
/// The number that each token has in its sequence, from 0.
template <class Kind>
struct place_of_token {
    static_assert(never<Kind>, HONE_E090);
};
template <class Name>
struct place_of_token<per_token<Name>> {
    using type = index_leaf<Name, batch_column::place, per_token<Name>>;
};
template <class Kind>
using place_in_sequence_of = typename place_of_token<Kind>::type;
template <class Name, int Width, class Kind = per_sequence>
struct real_leaf : shaped<Kind, Width> {};

/// The name of a field that adapters make longer than the batch has it (longer.hpp).
template <class Name, int Rows, int Start>
struct longer {};
/// The name of a field whose rows go on with texts in the program's cache (continued_rows).
template <class Name>
struct continued {};
/// A whole field of tokens, as a model of text takes it.
template <class Field>
concept token_field = requires(Field f) { f.ids, f.types, f.positions; };

// --- weights and layers

/// Leaves that layers own. `Initial` is one of the initialisers below.
struct zeros {};
struct ones {};
/// Normal with deviation Thousandths / 1000.
template <int Thousandths>
struct normal {};
/// Uniform up to 1 / sqrt(columns) (He et al. 2015, with the slope sqrt(5) that PyTorch's linear layers take).
struct kaiming {};
/// Uniform up to sqrt(6 / columns): the same paper's for rectifiers, and what VeRA's matrices are drawn from.
struct he_uniform {};
/// Normal with this variance.
template <long Numerator, long Denominator>
struct normal_of_variance {};
/// A constant, in thousandths.
template <int Thousandths>
struct filled {};
/// Begins as `Initial` and never trains with what adapters add.
template <class Initial>
struct frozen {};
/// Begins as `Initial`; its numbers are kept or dropped by an allocation after each step, without which no optimizer takes it.
template <class Initial>
struct allocated {};
/// The lengths of the rows of the `weight` two names up: what DoRA's magnitudes start from.
struct row_norms {};
template <int Rows, int Columns, class Initial = normal<20>>
struct matrix {};
template <int Length, class Initial = zeros>
struct vector {};

template <int Rows, int Columns, class Initial, class Path>
struct bound<matrix<Rows, Columns, Initial>, Path> : shaped<fixed_rows<Rows>, Columns> {};
template <int Length, class Initial, class Path>
struct bound<vector<Length, Initial>, Path> : shaped<once, Length> {};

/// A place counted from the root of an adapted model, not from the body that reads it: one weight in several places.
template <class Path>
struct from_root {};

/// A call of a layer: the shape of its body.
template <class Shape, class Layer, class Path, class... Arguments>
struct call : Shape {};

/// Several values: what a block under repeat hands to the next layer, `return carry(x, y);`, and what the repeat gives, `auto [x, y] = self.blocks(x, y);`.
template <class... Expressions>
struct values {
    template <std::size_t K>
    constexpr auto get() const { return std::tuple_element_t<K, values>{}; }
};
} // namespace hone

template <class... X>
struct std::tuple_size<hone::values<X...>> : std::integral_constant<std::size_t, sizeof...(X)> {};
template <std::size_t K, class... X>
struct std::tuple_element<K, hone::values<X...>> : std::tuple_element<K, std::tuple<X...>> {};

namespace hone {

template <expression... X>
constexpr values<X...> carry(X...) { return {}; }
/// The K-th value of a repeat that gives several; the first is the call itself.
template <int K, class Shape, class Call>
struct further : Shape {};
/// The K-th value of a layer that gives several.
template <int K, class Shape, class Layer, class Path, class... Arguments>
struct call_of_several : Shape {};

template <class Result>
struct as_values {
    using type = values<Result>;
};
template <class... X>
struct as_values<values<X...>> {
    using type = values<X...>;
};

template <int I, class A>
constexpr auto as_argument(A a) {
    if constexpr (expression<A> && !requires { typename A::is_field; })
        return argument<I, typename A::kind, A::width, A::integer>{};
    else
        return a; // a whole field of the batch: the same symbol everywhere
}

/// The named parts of a layer, bound to where it stands.
template <class Layer, class Path>
struct parts_of {
    static_assert(never<Layer>, HONE_E030);
};
template <class Layer, class Path>
    requires requires { typename Layer::template parts<Path>; }
struct parts_of<Layer, Path> : Layer::template parts<Path> {};

template <class Layer, class Indices, class... Arguments>
struct called_body;
template <class Layer, int... I, class... Arguments>
struct called_body<Layer, std::integer_sequence<int, I...>, Arguments...> {
    static constexpr auto call() {
        if constexpr (requires { typename Layer::template repeated_body<Arguments...>; })
            return bound<Layer, path<>>{}(as_argument<I>(Arguments{})...); // a repeat as a block: one call of it
        else if constexpr (requires { Layer::call(typename Layer::template parts<path<>>{}, as_argument<I>(Arguments{})...); })
            return Layer::call(typename Layer::template parts<path<>>{}, as_argument<I>(Arguments{})...);
        else
            static_assert(never<Layer>, HONE_E027);
    }
    using type = decltype(call());
};
template <class Layer, class... Arguments>
using body_of = typename called_body<Layer, std::make_integer_sequence<int, sizeof...(Arguments)>, Arguments...>::type;

template <class Kind, int Width, bool Integer>
shaped<Kind, Width, Integer> shape_of(const shaped<Kind, Width, Integer>*);

/// A layer at a place. Calling it gives one node; its parts are members.
template <class Layer, class Path>
struct bound : parts_of<Layer, Path> {
    template <class... Arguments>
    constexpr auto operator()(Arguments...) const {
        if constexpr (requires { typename Layer::template repeated_body<Arguments...>; }) {
            return []<class First, class... Rest>(values<First, Rest...>) {
                using first = call<First, Layer, Path, Arguments...>;
                if constexpr (sizeof...(Rest) == 0) return first{};
                else return []<int... K>(std::integer_sequence<int, K...>) {
                    return values<first, further<K + 1, Rest, first>...>{};
                }(std::make_integer_sequence<int, sizeof...(Rest)>{});
            }(typename Layer::template repeated_body<Arguments...>{});
        } else {
            using result = body_of<Layer, Arguments...>;
            if constexpr (requires { std::tuple_size<result>::value; })
                return []<class... R, int... K>(values<R...>*, std::integer_sequence<int, K...>) {
                    return values<call_of_several<K, decltype(shape_of(static_cast<const R*>(nullptr))), Layer, Path, Arguments...>...>{};
                }(static_cast<result*>(nullptr), std::make_integer_sequence<int, static_cast<int>(std::tuple_size<result>::value)>{});
            else {
                static_assert(expression<result>, HONE_E028);
                if constexpr (expression<result>)
                    return call<decltype(shape_of(static_cast<const result*>(nullptr))), Layer, Path, Arguments...>{};
            }
        }
    }
};

/// A function of expressions without weights, as a body of its own: its arguments are looked at once. `Function` is a layer without parts.
template <class Function, class... Arguments>
constexpr auto invoke(Arguments... arguments) {
    return bound<Function, path<>>{}(arguments...);
}

} // namespace hone
