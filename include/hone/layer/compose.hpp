// Ways to put layers together: one after the other, a detour added to the input. `repeat` is where expressions are (it is a loop).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// second(first(x))
template <class First, class Second>
struct sequence {
    HONE_PARTS((first, First), (second, Second))
    static constexpr auto call(auto self, auto x) { return self.second(self.first(x)); }
};

namespace detail {

template <int N>
constexpr auto number_literal() {
    static_assert(N < 1000);
    constexpr int digits = N < 10 ? 1 : N < 100 ? 2 : 3;
    char text[std::size_t{digits + 1}]{};
    for (int i = digits, n = N; i-- > 0; n /= 10) text[i] = static_cast<char>('0' + n % 10);
    return literal(text);
}
template <int I>
using number_name = part_name<number_literal<I>()>;
template <int I, class Bound>
struct layer_numbered {
    [[no_unique_address]] Bound layer;
};
template <class Indices, class... Layers>
struct stacked;
template <int... I, class... Layers>
struct stacked<std::integer_sequence<int, I...>, Layers...> {
    using part_list = boost::hana::tuple<part<number_name<I>, Layers>...>;
    template <class Path>
    struct parts : layer_numbered<I, typename member_of<Layers, Path, number_name<I>>::type>... {};
};
template <int I, class Bound>
constexpr Bound layer_in(const layer_numbered<I, Bound>&) { return {}; }

} // namespace detail

/// Layers of several types one after the other; their names are their numbers. Each is code of its own, unlike the layers of a `repeat`.
template <class... Layers>
struct stack : detail::stacked<std::make_integer_sequence<int, sizeof...(Layers)>, Layers...> {
    template <int I = 0>
    static constexpr auto call(auto self, auto x) {
        if constexpr (I == sizeof...(Layers)) return x;
        else return call<I + 1>(self, detail::layer_in<I>(self)(x));
    }
};
/// x + layer(x) (He et al. 2016)
template <class Layer>
struct residual {
    HONE_PARTS((layer, Layer))
    static constexpr auto call(auto self, auto x) { return x + self.layer(x); }
};

} // namespace hone
