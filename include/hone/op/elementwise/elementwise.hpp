// An elementwise op is its value and its slope: two `static constexpr` functions of numbers, written once for float, double, SIMD
// vectors and CUDA. From them come the forward pass, the backward pass (dy times the slope, one node) and all fusion.
//     struct squared_relu_ : elementwise {
//         static constexpr auto value(auto x) { ... }
//         static constexpr auto slope(auto x, auto y) { ... }     // dy/dx from x and y = value(x); or slope(x)
//     };
// With several arguments the slope takes which one: `template <int I> static constexpr auto slope(auto a, auto b, auto y)`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/field.hpp"
#include "hone/expression/flatten.hpp"
#include "hone/tensor/numbers.hpp"

namespace hone {

namespace detail {

template <class... Kinds>
struct joined_kind {
    using type = once;
};
template <class First, class... Rest>
struct joined_kind<First, Rest...> {
    using rest = typename joined_kind<Rest...>::type;
    static_assert(std::is_same_v<First, once> || std::is_same_v<rest, once> || std::is_same_v<First, rest>, HONE_E010);
    using type = std::conditional_t<std::is_same_v<First, once>, rest, First>;
};
constexpr int joined_width() { return 1; }
template <class... Rest>
constexpr int joined_width(int first, Rest... rest) {
    const int other = joined_width(rest...);
    return first == 1 ? other : other == 1 || other == first ? first : -2;
}

} // namespace detail

template <class Op, int I>
struct slope_of;

/// How many arguments an elementwise op has: the numbers that `Op::value` takes.
template <class Op>
constexpr int arity_of() {
    constexpr int column = Op::traits.uses_column;
    if constexpr (requires { Op::value(1.0); }) return 1 - column;
    else if constexpr (requires { Op::value(1.0, 1.0); }) return 2 - column;
    else if constexpr (requires { Op::value(1.0, 1.0, 1.0); }) return 3 - column;
    else return 4 - column;
}

struct elementwise {
    static constexpr op_traits traits{};

    template <class... Arguments>
    struct joined : shaped<typename detail::joined_kind<typename Arguments::kind...>::type, detail::joined_width(Arguments::width...)> {
        static_assert(detail::joined_width(Arguments::width...) != -2, HONE_E011);
    };
    template <class... Arguments>
    using shape = shaped<typename joined<Arguments...>::kind, joined<Arguments...>::width>;

    template <class Op>
    static constexpr void reverse_of(graph_builder& b, int self) {
        one<Op, 0>(b, self);
        if constexpr (arity_of<Op>() > 1) one<Op, 1>(b, self);
        if constexpr (arity_of<Op>() > 2) one<Op, 2>(b, self);
    }

private:
    template <class Op, int I>
    static constexpr void one(graph_builder& b, int self) {
        if (!b.at(b.at(self).argument[I]).needs) return;
        using slope = slope_of<Op, I>;
        if constexpr (slope::form == 0) {
            b.refuse(15, b.at(self).op);
        } else {
            node n;
            n.op = &operation_of<slope>;
            n.width = b.at(self).width;
            n.kind = b.at(self).kind;
            for (int k = 0; k < arity_of<Op>(); ++k) n.argument[n.count++] = b.argument(self, k);
            if constexpr (slope::form == 2) n.argument[n.count++] = b.value(self);
            n.argument[n.count++] = b.of(self);
            b.contribute(b.at(self).argument[I], b.insert(n));
        }
    }
};

/// dy times the slope of `Op` in its I-th argument. The last argument is dy; before it stands y where the slope asks for it.
template <class Op, int I>
struct slope_of {
    static constexpr op_traits traits{};
    static constexpr int find_form() {
        constexpr int n = arity_of<Op>();
        if constexpr (n == 1) {
            if constexpr (requires { Op::slope(1.0); }) return 1;
            else if constexpr (requires { Op::slope(1.0, 1.0); }) return 2;
            else return 0;
        } else if constexpr (n == 2) {
            if constexpr (requires { Op::template slope<I>(1.0, 1.0); }) return 1;
            else if constexpr (requires { Op::template slope<I>(1.0, 1.0, 1.0); }) return 2;
            else return 0;
        } else {
            if constexpr (requires { Op::template slope<I>(1.0, 1.0, 1.0); }) return 1;
            else if constexpr (requires { Op::template slope<I>(1.0, 1.0, 1.0, 1.0); }) return 2;
            else return 0;
        }
    }
    static constexpr int form = find_form(); ///< 0: there is no slope, 1: from the arguments, 2: from y too

    static constexpr auto value(auto x, auto dy) { return Op::slope(x) * dy; }
    static constexpr auto value(auto a, auto b, auto dy) {
        if constexpr (arity_of<Op>() == 1) return Op::slope(a, b) * dy;
        else return Op::template slope<I>(a, b) * dy;
    }
    static constexpr auto value(auto a, auto b, auto c, auto dy) { return Op::template slope<I>(a, b, c) * dy; }
    static constexpr auto value(auto a, auto b, auto c, auto y, auto dy) { return Op::template slope<I>(a, b, c, y) * dy; }
};

/// `inline constexpr function<squared_relu_> squared_relu;` makes an op callable by name.
template <class Op>
struct function {
    template <class... Arguments>
    constexpr auto operator()(Arguments... arguments) const {
        static_assert((expression<Arguments> && ...), HONE_E028);
        if constexpr ((expression<Arguments> && ...)) {
            static_assert(((!Arguments::integer || Op::traits.takes_index) && ...), HONE_E025);
            return apply<Op>(arguments...);
        }
    }
};

// --- arithmetic

struct multiply_ : elementwise {
    static constexpr auto value(auto a, auto b) { return a * b; }
    static constexpr void reverse(graph_builder& b, int self);
};
struct negate_ : elementwise {
    static constexpr auto value(auto x) { return -x; }
    static constexpr void reverse(graph_builder& b, int self);
};
struct subtract_ : elementwise {
    static constexpr auto value(auto a, auto b) { return a - b; }
    static constexpr void reverse(graph_builder& b, int self);
};
struct divide_ : elementwise {
    static constexpr auto value(auto a, auto b) { return a / b; }
    template <int I>
    static constexpr auto slope(auto a, auto b) {
        if constexpr (I == 0) return decltype(b)(1) / b;
        else return -a / (b * b);
    }
};
/// x times Numerator / Denominator.
template <long Numerator, long Denominator = 1>
struct scaled_ : elementwise {
    static constexpr op_traits traits{.linear = true};
    static constexpr auto value(auto x) { return x * number_in<decltype(x)>(static_cast<double>(Numerator) / static_cast<double>(Denominator)); }
    static constexpr void reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.element<scaled_>({b.of(self)})); }
};
/// x plus Numerator / Denominator.
template <long Numerator, long Denominator = 1>
struct shifted_ : elementwise {
    static constexpr auto value(auto x) { return x + number_in<decltype(x)>(static_cast<double>(Numerator) / static_cast<double>(Denominator)); }
    static constexpr void reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.of(self)); }
};
/// The number Numerator / Denominator in the shape of x; no gradient.
template <long Numerator, long Denominator = 1>
struct number_ : elementwise {
    static constexpr op_traits traits{.takes_index = true};
    static constexpr auto value(auto x) { return number_in<decltype(x)>(static_cast<double>(Numerator) / static_cast<double>(Denominator)); }
    static constexpr void reverse(graph_builder&, int) {}
};

constexpr void multiply_::reverse(graph_builder& b, int self) {
    for (int k = 0; k < 2; ++k)
        if (b.at(b.at(self).argument[k]).needs) b.contribute(b.at(self).argument[k], b.element<multiply_>({b.of(self), b.argument(self, 1 - k)}));
}
constexpr void negate_::reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.element<negate_>({b.of(self)})); }
constexpr void subtract_::reverse(graph_builder& b, int self) {
    b.contribute(b.at(self).argument[0], b.of(self));
    if (b.at(b.at(self).argument[1]).needs) b.contribute(b.at(self).argument[1], b.element<negate_>({b.of(self)}));
}

/// The number 1, wherever one is needed.
using one_symbol = value_symbol<"#one", 1>;

/// Of x it takes the shape alone: nothing of x is computed for it.
template <class Shape, long Numerator, long Denominator, class X>
struct emit<applied<Shape, number_<Numerator, Denominator>, X>> {
    static constexpr int to(const emission& e, scope& s) {
        return e.builder().template add<number_<Numerator, Denominator>>({write<one_symbol>(e, s)}, Shape::width, kind_of<typename Shape::kind>::code(e));
    }
};

struct plus_ : elementwise { // the type-level face of add_
    static constexpr auto value(auto a, auto b) { return a + b; }
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[3], Shape) {
        return e.builder().add<add_>({a[0], a[1]}, Shape::width, kind_of<typename Shape::kind>::code(e));
    }
};

/// An expression and another, or a plain number, which is refused with a sentence.
template <class A, class B>
concept operands = (expression<A> && (expression<B> || std::is_arithmetic_v<B>)) || (std::is_arithmetic_v<A> && expression<B>);

template <class A, class B>
    requires operands<A, B>
constexpr auto operator+(A a, B b) {
    return function<plus_>{}(a, b);
}
template <class A, class B>
    requires operands<A, B>
constexpr auto operator-(A a, B b) {
    return function<subtract_>{}(a, b);
}
template <class A, class B>
    requires operands<A, B>
constexpr auto operator*(A a, B b) {
    return function<multiply_>{}(a, b);
}
template <class A, class B>
    requires operands<A, B>
constexpr auto operator/(A a, B b) {
    return function<divide_>{}(a, b);
}
// Comparing is branching: each of these is refused with a sentence.
template <class A, class B>
    requires operands<A, B>
constexpr auto operator<(A, B) {
    static_assert(never<A>, HONE_E018);
    return false;
}
template <class A, class B>
    requires operands<A, B>
constexpr auto operator>(A, B) {
    static_assert(never<A>, HONE_E018);
    return false;
}
template <expression A>
constexpr auto operator-(A a) {
    return function<negate_>{}(a);
}
/// x * (Numerator / Denominator), a number known to the compiler.
template <long Numerator, long Denominator = 1, expression A>
constexpr auto scaled(A a) {
    return function<scaled_<Numerator, Denominator>>{}(a);
}
template <long Numerator, long Denominator = 1, expression A>
constexpr auto shifted(A a) {
    return function<shifted_<Numerator, Denominator>>{}(a);
}
template <long Numerator, long Denominator = 1, expression A>
constexpr auto number_like(A a) {
    return function<number_<Numerator, Denominator>>{}(a);
}

} // namespace hone
