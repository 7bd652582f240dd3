// Copies of a block, one after the other: what a repeat takes and gives, and what it is when its layers differ. As every container of layers it states its
// runs (`part_list`) and what it is with other runs (`rebuilt`).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/expression.hpp"

namespace hone {

namespace detail {

template <class Shape, class X>
inline constexpr bool alike_shape = std::is_same_v<typename Shape::kind, typename X::kind> && Shape::width == X::width && !Shape::integer && !X::integer;

/// What a block hands on, given the values that it takes: the first of them in their shapes; the rest (and whole fields) every layer reads.
template <class Carried, class... X>
struct handed_on {
    static_assert(never<Carried>, HONE_E022);
};
template <class... Carried, class... X>
    requires(sizeof...(Carried) <= sizeof...(X))
struct handed_on<values<Carried...>, X...> {
    template <class... Taken>
    static constexpr auto check(std::tuple<Taken...>*) {
        return []<std::size_t... K>(std::index_sequence<K...>) {
            constexpr bool same = (alike_shape<Carried, std::tuple_element_t<K, std::tuple<Taken...>>> && ...);
            static_assert(same, HONE_E022);
            return values<decltype(shape_of(static_cast<const std::tuple_element_t<K, std::tuple<Taken...>>*>(nullptr)))...>{};
        }(std::index_sequence_for<Carried...>{});
    }
    using type = decltype(check(static_cast<std::tuple<X...>*>(nullptr)));
};

} // namespace detail

/// An entry of a container's part list: its layers `First` to `First + Count`, which are of one type. Their names are their numbers.
template <int First, int Count, class Block>
struct layer_run;
template <class... Runs>
struct repeat_runs;
template <int Count, class Block>
struct repeat;

/// A repeat of these runs.
template <class... Runs>
struct repeat_of {
    using type = repeat_runs<Runs...>;
};
template <int Count, class Block>
struct repeat_of<layer_run<0, Count, Block>> {
    using type = repeat<Count, Block>;
};

/// `Count` copies of a block, each with weights of its own, compiled once per variant. It takes up to four values: those that a layer hands to the next
/// come first (one, or as many as the block's `carry` has), the others every layer reads; a whole field of the batch may stand among these.
template <int Count, class Block>
struct repeat {
    using part_list = boost::hana::tuple<layer_run<0, Count, Block>>;
    template <class... Runs>
    using rebuilt = typename repeat_of<Runs...>::type;
    static constexpr int count = Count;
    using block = Block;
    template <class Path>
    struct parts {};
    template <class... X>
    struct checked : detail::handed_on<typename as_values<body_of<Block, X...>>::type, X...> {
        static_assert(((expression<X> ? 1 : 0) + ... + 0) <= most_carried, HONE_E092);
    };
    template <class... X>
    using repeated_body = typename checked<X...>::type;
};

/// A repeat whose layers differ by what an adapter has put into some of them: `layer_run<First, Count, Block>` one after the other.
template <int First, int Count, class Block>
struct layer_run : repeat<Count, Block> {
    static constexpr int first = First;
    using name = part_name<"*">;
    using layer = Block;
};
template <int First, int Count, class Old, class Layer>
struct with_layer<layer_run<First, Count, Old>, Layer> {
    using type = layer_run<First, Count, Layer>;
};
template <class... Runs>
struct repeat_runs {
    using part_list = boost::hana::tuple<Runs...>;
    template <class... Others>
    using rebuilt = typename repeat_of<Others...>::type;
    template <class Path>
    struct parts {};
    template <class First, class... Rest>
    struct same {
        static_assert((std::is_same_v<First, Rest> && ...), HONE_E022);
        using type = First;
    };
    template <class... X>
    using repeated_body = typename same<typename Runs::template repeated_body<X...>...>::type;
};

} // namespace hone
