// May an adapter go around that layer? Each condition is a type, said once: what must hold, and the sentence where it does not. `adapt` asserts the
// conditions where it puts an adapter; `fits` and `refusal` ask the very same, so that a program can choose without an error of the compiler
// (`can_adapt` asks for a whole model). An adapter lists what it asks of a layer, in the order in which sentences are said:
//     template <class Layer> using asks = conditions<is_product<Layer>, has_no_adapter<Layer>>;
// and one that lists nothing takes every layer.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <type_traits>

#include "hone/meta/fields.hpp"
#include "hone/meta/seam.hpp"

namespace hone {

/// A condition `NAME<Subject>`, on a layer or on a model: an expression and the sentence where it is false.
#define HONE_CONDITION(NAME, SENTENCE, ...)                                                                                                \
    template <class Subject>                                                                                                               \
    struct NAME {                                                                                                                          \
        static constexpr bool holds = __VA_ARGS__;                                                                                         \
        static constexpr std::string_view sentence = SENTENCE;                                                                             \
        template <bool Holds, class... Where>                                                                                              \
        struct required {                                                                                                                  \
            static_assert(Holds, SENTENCE);                                                                                                \
        };                                                                                                                                 \
    };

/// Nothing stands against it.
struct no_objection {
    static constexpr bool holds = true;
    static constexpr std::string_view sentence{};
    template <bool Holds, class... Where>
    struct required {};
};

namespace detail {

template <class... Conditions>
struct first_failing {
    using type = no_objection;
};
template <class T>
struct just {
    using type = T;
};
template <class First, class... Rest>
struct first_failing<First, Rest...> : std::conditional_t<First::holds, first_failing<Rest...>, just<First>> {};

template <class List>
struct names_in;
template <class... Parts>
struct names_in<boost::hana::tuple<Parts...>> {
    static constexpr bool differ = [] {
        const std::string_view names[] = {std::string_view(), Parts::name::value...};
        for (std::size_t i = 1; i < sizeof...(Parts) + 1; ++i)
            for (std::size_t k = 1; k < i; ++k)
                if (names[i] == names[k]) return false;
        return true;
    }();
};

} // namespace detail

/// All of these; `failing` is the first that does not hold, or `no_objection`.
template <class... Conditions>
struct conditions {
    using failing = typename detail::first_failing<Conditions...>::type;
};

/// Says the sentence of a condition that does not hold; the compiler prints the types of `Where` beside it.
template <class Condition, class... Where>
inline constexpr bool asserted = sizeof(typename Condition::template required<Condition::holds, Where...>) > 0;

HONE_CONDITION(is_product, HONE_E037, requires { Subject::inputs; })
HONE_CONDITION(is_product_or_table, HONE_E037, requires { Subject::inputs; } || requires { Subject::table_rows; })
HONE_CONDITION(closes_a_sublayer, HONE_E038, requires { Subject::sum_width; })
HONE_CONDITION(is_attention, HONE_E040, requires { Subject::attended_width; })
HONE_CONDITION(is_table, HONE_E041, requires { Subject::table_rows; })
/// Of what an adapter makes of a layer: its parts have names of their own.
HONE_CONDITION(has_own_names, HONE_E056, detail::names_in<typename Subject::part_list>::differ)

namespace detail {

template <class Adapter, class Layer>
constexpr auto asked_by() {
    if constexpr (requires { typename Adapter::template asks<Layer>; }) return typename Adapter::template asks<Layer>::failing{};
    else return no_objection{};
}
/// What the adapter makes of the layer; one that shares weights of the widths of its layers, as if this were the only one.
template <class Adapter, class Layer>
constexpr auto made_of() {
    if constexpr (requires { typename Adapter::template among<1, 1>; })
        return static_cast<typename Adapter::template among<Layer::inputs, Layer::outputs>::template around<Layer>*>(nullptr);
    else return static_cast<typename Adapter::template around<Layer>*>(nullptr);
}
template <class Adapter, class Layer>
constexpr auto objection_at() {
    using asked = decltype(asked_by<Adapter, Layer>());
    if constexpr (asked::holds) return typename conditions<has_own_names<std::remove_pointer_t<decltype(made_of<Adapter, Layer>())>>>::failing{};
    else return asked{};
}

} // namespace detail

/// The condition that keeps `Adapter` from going around `Layer`, which may have adapters already.
template <class Adapter, class Layer>
using objection = decltype(detail::objection_at<Adapter, Layer>());
/// Its sentence, empty where the adapter fits.
template <class Adapter, class Layer>
inline constexpr std::string_view refusal = objection<Adapter, Layer>::sentence;
template <class Adapter, class Layer>
inline constexpr bool fits = objection<Adapter, Layer>::holds;

} // namespace hone
