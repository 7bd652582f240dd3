// Adapting a model from outside: `adapt<Model, Adapter, on<"**.attention.query">>` is the model's type with the adapter around every layer whose
// path a pattern matches. Nothing of the model is written again: a part is bound as another layer where a pattern says so, and the model's own
// `call` is looked at with those parts. What no pattern reaches stays the very type it was, so it costs the compiler nothing.
// An adapter is a struct with a template `around<Layer>`: the layer's parts, added ones, and a call (`HONE_ADDED_PARTS`).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/adapter/place.hpp"

namespace hone {

/// An adapter and where it was put.
template <class Adapter, class On>
struct adapter_on {
    using adapter = Adapter;
    using places = On;
};

namespace detail {

/// The largest `inputs` and `outputs` of the layers that some places name.
struct met_sizes {
    int in = 0, out = 0;
};
template <class Layer>
constexpr met_sizes sizes_of() {
    if constexpr (requires { Layer::inputs; }) return {Layer::inputs, Layer::outputs};
    else return {};
}
template <class Model, class... On, class... Layers>
constexpr met_sizes find_sizes(types<On...>, types<Layers...>) {
    constexpr met_sizes sizes[] = {sizes_of<Layers>()...};
    met_sizes most;
    for (std::size_t i = 0; i < tree<Model>.size(); ++i) {
        const auto& at = tree<Model>[i].at;
        bool met = false;
        for (int k = 0; sizes[i].in > 0 && k < ((On::by_layer || ...) ? copies(at) : 1); ++k) met = met || (On::selects(name_of(at, k).view()) || ...);
        if (met) most = {std::max(most.in, sizes[i].in), std::max(most.out, sizes[i].out)};
    }
    return most;
}
template <class Model, class Places>
inline constexpr met_sizes sizes_met{};
template <class Model, class... On>
    requires(sizeof...(On) > 0)
inline constexpr met_sizes sizes_met<Model, types<On...>> = find_sizes<Model>(types<On...>{}, tree_layers<Model>{});
template <class On, class List>
struct added;
template <class On, class... Rest>
struct added<On, types<Rest...>> {
    using type = types<On, Rest...>;
};
/// Where an adapter stands that shares weights of the widths of its layers: the places of all its pairs. Of any other, nothing: types stay small.
template <class Adapter, class... Pairs>
struct shared_places {
    using type = types<>;
};
template <class Adapter, class Other, class On, class... Pairs>
    requires requires { typename Adapter::template among<1, 1>; }
struct shared_places<Adapter, Other, On, Pairs...>
    : std::conditional_t<std::is_same_v<Adapter, Other>, added<On, typename shared_places<Adapter, Pairs...>::type>, shared_places<Adapter, Pairs...>> {};

template <class Model>
struct adapters_of {
    using type = types<>;
};
template <class Model>
    requires requires { typename Model::adapters; }
struct adapters_of<Model> {
    using type = typename Model::adapters;
};
template <class List, class New>
struct one_more;
template <class... T, class New>
struct one_more<types<T...>, New> {
    using type = types<T..., New>;
};
template <class Adapter, class... Known, class... On>
constexpr bool is_among(types<adapter_on<Known, On>...>*) {
    return (std::is_same_v<Adapter, Known> || ...);
}
/// Was the adapter put into this model before?
template <class Model, class Adapter>
inline constexpr bool is_in = is_among<Adapter>(static_cast<typename adapters_of<Model>::type*>(nullptr));

/// The adapter as it stands among the layers that it shares weights with: `Adapter::among<In, Out>`, of their largest widths, where it asks for them.
template <class Model, class Adapter, class Places>
constexpr auto among() {
    constexpr auto& most = sizes_met<Model, Places>;
    if constexpr (requires { typename Adapter::template among<1, 1>; }) return static_cast<typename Adapter::template among<most.in, most.out>*>(nullptr);
    else return static_cast<Adapter*>(nullptr);
}
/// A model with the adapter in one pair's places.
template <class Model, class Adapter, class On, class Places>
using placed_pair = placed<Model, std::remove_pointer_t<decltype(among<Model, Adapter, Places>())>, On, On::start()>;
/// And at its root what the adapter's layers share, where they share something: `at_root<Placed>`.
template <class Model, class Adapter, class On, class Places>
constexpr auto rooted() {
    using within = std::remove_pointer_t<decltype(among<Model, Adapter, Places>())>;
    using inside = typename placed_pair<Model, Adapter, On, Places>::type;
    if constexpr (!is_in<Model, Adapter> && requires { typename within::template at_root<inside>; }) return static_cast<typename within::template at_root<inside>*>(nullptr);
    else return static_cast<inside*>(nullptr);
}

/// The first condition that keeps a pair out of a model: on its patterns, on the layers where they end, on what becomes of the model.
template <class Model, class Adapter, class On, class Places>
constexpr auto objection_to() {
    using there = placed_pair<Model, Adapter, On, Places>;
    using well = placed_well<Model, On, there::ends>;
    if constexpr (!well::holds) return well{};
    else if constexpr (!there::against::holds) return typename there::against{};
    else {
        using rooted = std::remove_pointer_t<decltype(detail::rooted<Model, Adapter, On, Places>())>;
        if constexpr (requires { typename Adapter::template asks_of_model<rooted>; })
            return typename conditions<has_own_names<rooted>, typename Adapter::template asks_of_model<rooted>::failing>::failing{};
        else return typename conditions<has_own_names<rooted>>::failing{};
    }
}
template <class Model, class Adapter, class On, class Places>
using objection_to_pair = decltype(objection_to<Model, Adapter, On, Places>());

/// One pair; where it is refused, the model as it was.
template <class Model, class Adapter, class On, class Places, bool = objection_to_pair<Model, Adapter, On, Places>::holds>
struct adapted_once : Model {
    static_assert(asserted<objection_to_pair<Model, Adapter, On, Places>, Adapter, On>);
};
template <class Model, class Adapter, class On, class Places>
struct adapted_once<Model, Adapter, On, Places, true> : std::remove_pointer_t<decltype(rooted<Model, Adapter, On, Places>())> {
    using base = Model;
    using adapters = typename one_more<typename adapters_of<Model>::type, adapter_on<Adapter, On>>::type;
};
/// Pair after pair of `All`.
template <class Model, class All, class... Pairs>
struct adapted_in_turn {
    using type = Model;
};
template <class Model, class... All, class Adapter, class On, class... More>
struct adapted_in_turn<Model, types<All...>, Adapter, On, More...> {
    using places = typename shared_places<Adapter, All...>::type;
    using type = typename adapted_in_turn<adapted_once<Model, Adapter, On, places>, types<All...>, More...>::type;
};

/// Does no adapter whose weights are made for all its layers stand in this model already?
template <class Model>
constexpr bool shared_once(types<>) {
    return true;
}
template <class Model, class Adapter, class On, class... Pairs>
constexpr bool shared_once(types<Adapter, On, Pairs...>) {
    return !(is_in<Model, Adapter> && requires { typename Adapter::template among<1, 1>; }) && shared_once<Model>(types<Pairs...>{});
}

template <class Model, class... Pairs>
struct model_and_pairs {
    static constexpr bool share_once = shared_once<Model>(types<Pairs...>{});
};
HONE_CONDITION(shares_once, HONE_E045, Subject::share_once)

/// The first condition that keeps pairs, one after the other, out of a model.
template <class Model, class All>
constexpr auto objection_in_turn() {
    return no_objection{};
}
template <class Model, class All, class Adapter, class On, class... More>
constexpr auto objection_in_turn() {
    using turn = adapted_in_turn<Model, All, Adapter, On>;
    using one = objection_to_pair<Model, Adapter, On, typename turn::places>;
    if constexpr (one::holds) return objection_in_turn<typename turn::type, All, More...>();
    else return one{};
}
template <class Model, class... Pairs>
constexpr auto objection_to_pairs() {
    using once = shares_once<model_and_pairs<Model, Pairs...>>;
    if constexpr (once::holds) return objection_in_turn<Model, types<Pairs...>, Pairs...>();
    else return once{};
}

} // namespace detail

/// `Model` with each `Adapter` around every layer that the `on` behind it matches, one after the other: adapt<Model, lora<rank<8>>, on<"**.query">, ...>.
/// A pattern that matches no layer does not compile. `adapters` lists what was put where. Pairs of the same adapter share what it shares.
template <class Model, class... Pairs>
struct adapt : detail::adapted_in_turn<Model, types<Pairs...>, Pairs...>::type {
    static_assert(asserted<detail::shares_once<detail::model_and_pairs<Model, Pairs...>>>);
};

/// The sentence by which the compiler would refuse `adapt<Model, Pairs...>`; empty where it would not.
template <class Model, class... Pairs>
inline constexpr std::string_view refusal_to_adapt = decltype(detail::objection_to_pairs<Model, Pairs...>())::sentence;
/// May these adapters stand there, together and in this order?
template <class Model, class... Pairs>
inline constexpr bool can_adapt = decltype(detail::objection_to_pairs<Model, Pairs...>())::holds;

} // namespace hone
