// Options of adapters as types, in any order: lora<rank<8>, alpha<16>, stabilised>. An option that is not given has its paper's default.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/fits.hpp"
#include "hone/layer/extents.hpp"

namespace hone {

/// The width of a low-rank product.
template <int N>
struct rank {
    static constexpr int value = N;
};
/// What a low-rank product is scaled by, over its rank.
template <int Numerator, int Denominator = 1>
struct alpha {
    static constexpr double value = static_cast<double>(Numerator) / Denominator;
};
/// Scaled by alpha / sqrt(rank) instead of alpha / rank (Kalajdzievski 2023).
struct stabilised {};
/// The input of a low-rank product drops out at the rate value<"adapter_dropout">.
struct with_dropout {};
/// The input's width over the bottleneck's.
template <int N>
struct reduction {
    static constexpr int value = N;
};
/// Kronecker products in a sum.
template <int N>
struct products {
    static constexpr int value = N;
};
/// Virtual tokens.
template <int N>
struct virtual_tokens {
    static constexpr int value = N;
};

namespace detail {

template <template <int...> class Kind, class Option>
inline constexpr bool is_option = false;
template <template <int...> class Kind, int... N>
inline constexpr bool is_option<Kind, Kind<N...>> = true;

template <class First, class... Rest>
struct first_of {
    using type = First;
};
template <template <int...> class Kind, class Default, class... Options>
struct option {
    using type = Default;
};
template <template <int...> class Kind, class Default, class First, class... Rest>
struct option<Kind, Default, First, Rest...>
    : std::conditional_t<is_option<Kind, First>, first_of<First>, option<Kind, Default, Rest...>> {};

} // namespace detail

/// The option of this kind among `Options`, or `Default`.
template <template <int...> class Kind, class Default, class... Options>
using option = typename detail::option<Kind, Default, Options...>::type;
/// Is the flag among `Options`?
template <class Flag, class... Options>
inline constexpr bool has_option = (std::is_same_v<Flag, Options> || ...);

} // namespace hone
