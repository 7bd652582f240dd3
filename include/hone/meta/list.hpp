// Lists of types: sets that grow by what is new, and the type at a position without recursion.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <type_traits>
#include <utility>

namespace hone {

template <class... T>
struct types {};

namespace detail {

template <class List, class... New>
struct with;
template <class... T>
struct with<types<T...>> {
    using type = types<T...>;
};
template <class... T, class First, class... Rest>
struct with<types<T...>, First, Rest...>
    : std::conditional_t<(std::is_same_v<T, First> || ...), with<types<T...>, Rest...>, with<types<T..., First>, Rest...>> {};
template <class List, class Other>
struct merged;
template <class List, class... T>
struct merged<List, types<T...>> : with<List, T...> {};

template <class... Lists>
struct joined_lists {
    using type = types<>;
};
template <class... T>
struct joined_lists<types<T...>> {
    using type = types<T...>;
};
template <class... A, class... B, class... Rest>
struct joined_lists<types<A...>, types<B...>, Rest...> : joined_lists<types<A..., B...>, Rest...> {};

template <class... Lists>
struct all_of {
    using type = types<>;
};
template <class First, class... Rest>
struct all_of<First, Rest...> {
    using type = typename merged<First, typename all_of<Rest...>::type>::type;
};

} // namespace detail

/// One list after the other.
template <class... Lists>
using concatenated = typename detail::joined_lists<Lists...>::type;

/// The I-th type of a list.
template <int I, class T>
struct indexed {};
template <class Indices, class... T>
struct indexed_all;
template <int... I, class... T>
struct indexed_all<std::integer_sequence<int, I...>, T...> : indexed<I, T>... {};
template <int I, class T>
T pick(const indexed<I, T>*);

template <class List>
struct type_list;
template <class... T>
struct type_list<types<T...>> {
    using table = indexed_all<std::make_integer_sequence<int, sizeof...(T)>, T...>;
};
/// The I-th type of a list.
template <class List, int I>
using type_at = decltype(pick<I>(static_cast<const typename type_list<List>::table*>(nullptr)));

} // namespace hone
