// Expressions: stateless types that describe a value. A type says how many columns a value has and to which row kind its rows
// belong, so that a wrong meeting does not compile. Leaves are symbols: fields of the batch, weights by path, run-time numbers.
// A call of a layer is one node, `call<Layer, Path, Arguments...>`; its body is looked at once for all calls.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <type_traits>

#include "hone/meta/fields.hpp"
#include "hone/meta/pattern.hpp"
#include "hone/meta/seam.hpp"
#include "hone/tensor/batch.hpp"
#include "hone/tensor/extent.hpp"

namespace hone {

/// Row kinds. A field's tokens are a kind of their own: rows of two fields never meet by accident.
struct per_sequence {};
template <class Field>
struct per_token {};
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
struct values_symbol : shaped<once, Width> {};
template <literal Name, int Width>
inline constexpr values_symbol<Name, Width> values{};

/// An op applied to expressions; `Shape` is the op's own answer.
template <class Shape, class Op, class... Arguments>
struct applied : Shape {};

/// An expression in which all that is random draws for the K-th time (op/random/dropout.hpp).
template <int K, class X>
struct redrawn : shaped<typename X::kind, X::width, X::integer> {};

template <class Op, class... Arguments>
constexpr auto apply(Arguments...) {
    static_assert((expression<Arguments> && ...), HONE_E028);
    if constexpr ((expression<Arguments> && ...)) return applied<typename Op::template shape<Arguments...>, Op, Arguments...>{};
}

// --- fields of a batch

template <class Name, int Part, class Kind>
struct index_leaf : shaped<Kind, 1, true> {};
template <class Name, int Width>
struct real_leaf : shaped<per_sequence, Width> {};

/// A field of tokens: its parts are ids, types and positions in the sequence (each an index a token).
template <class Name>
struct field_symbol<token_rows, Name> {
    using kind = per_token<Name>;
    index_leaf<Name, 0, kind> ids;
    index_leaf<Name, 1, kind> types;
    index_leaf<Name, 2, kind> positions;
};
/// The name of a field that adapters make longer than the batch has it (longer.hpp).
template <class Name, int Rows, int Start>
struct longer {};
/// A whole field of tokens, as a model of text takes it.
template <class Field>
concept token_field = requires(Field f) { f.ids, f.types, f.positions; };

template <class Name>
struct field_symbol<std::span<const std::int32_t>, Name> : index_leaf<Name, 0, per_sequence> {};
template <class Name, int Width>
struct field_symbol<real_rows<Width>, Name> : real_leaf<Name, Width> {};

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
            using result = typename Layer::template repeated_body<Arguments...>;
            return call<result, Layer, Path, Arguments...>{};
        } else {
            using result = body_of<Layer, Arguments...>;
            static_assert(expression<result>, HONE_E028);
            if constexpr (expression<result>)
                return call<decltype(shape_of(static_cast<const result*>(nullptr))), Layer, Path, Arguments...>{};
        }
    }
};

/// A function of expressions without weights, as a body of its own: its arguments are looked at once. `Function` is a layer without parts.
template <class Function, class... Arguments>
constexpr auto invoke(Arguments... arguments) {
    return bound<Function, path<>>{}(arguments...);
}

/// `Count` copies of a block, each with weights of its own, compiled once per variant.
template <int Count, class Block>
struct repeat {
    using part_list = boost::hana::tuple<>;
    static constexpr int count = Count;
    using block = Block;
    template <class Path>
    struct parts {};
    template <class X>
    struct checked {
        using result = body_of<Block, X>;
        static_assert(std::is_same_v<typename result::kind, typename X::kind> && result::width == X::width, HONE_E022);
        using type = decltype(shape_of(static_cast<const X*>(nullptr)));
    };
    template <class X>
    using repeated_body = typename checked<X>::type;
};

/// A repeat whose layers differ by what an adapter has put into some of them: `layer_run<First, Count, Block>` one after the other.
template <int First, int Count, class Block>
struct layer_run : repeat<Count, Block> {
    static constexpr int first = First;
};
template <class... Runs>
struct repeat_runs {
    using part_list = boost::hana::tuple<>;
    template <class Path>
    struct parts {};
    template <class X>
    struct checked {
        static_assert((std::is_same_v<typename Runs::template repeated_body<X>, decltype(shape_of(static_cast<const X*>(nullptr)))> && ...), HONE_E022);
        using type = decltype(shape_of(static_cast<const X*>(nullptr)));
    };
    template <class X>
    using repeated_body = typename checked<X>::type;
};

} // namespace hone
