// Putting an adapter in the places that patterns name: the model's type with a part bound as
// another layer where a pattern ends. What no pattern reaches stays the very type it was, so it
// costs the compiler nothing; a pattern that ends nowhere is told with the nearest path.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/fits.hpp"
#include "hone/layer/tree.hpp"
#include "hone/meta/growing.hpp"
#include "hone/meta/nearest.hpp"

namespace hone {

namespace detail {

constexpr path_text number_text(int n) {
    path_text text;
    text.append_number(n);
    return text;
}

/// What becomes of a layer at which the patterns have come to `State`: `type`. `ends`: the patterns
/// that end here or below, one bit each. `against`: the first condition that keeps the adapter from
/// one of those layers. Weights are no layers.
template <class Layer, class Adapter, class On, pattern_state State>
struct placed {
    using type = Layer;
    using against = no_objection;
    static constexpr unsigned long long ends = 0;
};

template <class Adapter, class On, pattern_state State>
struct adaptation {
    template <class Layer, class Name>
    using part = typename placed<Layer, Adapter, On, On::advance(State, Name::value)>::type;
    /// What a layer above the adapter takes: a field of tokens as the adapter wants it.
    template <class X>
    static constexpr auto given(X x) {
        if constexpr (token_field<X> && requires { Adapter::given(x); }) return Adapter::given(x);
        else return x;
    }
};

/// A layer of which some parts are adapted. It has the members of the layer itself: its numbers and
/// its names.
template <class Layer, class Adaptation>
struct with_adapted_parts : Layer {
    template <class Path>
    struct parts : Layer::template parts<within<Adaptation, Path>> {};
    template <class... Parts>
    static auto list(boost::hana::tuple<Parts...>*) -> boost::hana::tuple<typename with_layer<
        Parts,
        typename Adaptation::template part<typename Parts::layer, typename Parts::name>>::type...>;
    using part_list = decltype(list(static_cast<typename Layer::part_list*>(nullptr)));
    static constexpr auto call(auto self, auto... x) {
        return Layer::call(self, Adaptation::given(x)...);
    }
};

/// What is in a layer, placed.
template <class... Placed>
struct placed_below {
    static constexpr unsigned long long ends = (0ull | ... | Placed::ends);
    using against = typename conditions<typename Placed::against...>::failing;
};
/// In a container, with the runs that they are of.
template <class... Pairs>
struct placed_runs;
template <class... Runs, class... Placed>
struct placed_runs<types<Runs, Placed>...> : placed_below<Placed...> {
    template <class Container>
    using rebuilt = typename Container::template rebuilt<
        typename with_layer<Runs, typename Placed::type>::type...>;
};
/// How many layers from `first` on there are at which the patterns come equally far: they stay one
/// run.
template <class On>
constexpr int alike(pattern_state state, int first, int count) {
    int n = 1;
    while (n < count && On::advance(state, number_text(first + n).view()) ==
                            On::advance(state, number_text(first).view()))
        ++n;
    return n;
}
template <class Run, class Adapter, class On, pattern_state State>
struct runs_of {
    static constexpr int first = Run::first, n = alike<On>(State, first, Run::count);
    using one =
        placed<typename Run::block, Adapter, On, On::advance(State, number_text(first).view())>;
    using type =
        concatenated<types<types<layer_run<first, n, typename Run::block>, one>>,
                     typename runs_of<layer_run<first + n, Run::count - n, typename Run::block>,
                                      Adapter, On, State>::type>;
};
template <int End, class Block, class Adapter, class On, pattern_state State>
struct runs_of<layer_run<End, 0, Block>, Adapter, On, State> {
    using type = types<>;
};

template <class Layer, class Adapter, class On, pattern_state State>
requires(State != 0 &&
         requires { typename Layer::part_list; }) struct placed<Layer, Adapter, On, State> {
    static constexpr bool is_container = requires { typename Layer::template rebuilt<>; };
    template <class... Pairs>
    static auto runs(types<Pairs...>) -> placed_runs<Pairs...>;
    template <class... Entries>
    static constexpr auto look(boost::hana::tuple<Entries...>*) {
        if constexpr (is_container)
            return decltype(runs(
                concatenated<typename runs_of<Entries, Adapter, On, State>::type...>{})){};
        else
            return placed_below<placed<typename Entries::layer, Adapter, On,
                                       On::advance(State, Entries::name::value)>...>{};
    }
    using below = decltype(look(static_cast<typename Layer::part_list*>(nullptr)));
    static constexpr unsigned long long here = On::ending(State), ends = here | below::ends;

    static constexpr auto with_parts() {
        if constexpr (below::ends == 0) return static_cast<Layer*>(nullptr);
        else if constexpr (is_container)
            return static_cast<typename below::template rebuilt<Layer>*>(nullptr);
        else
            return static_cast<with_adapted_parts<Layer, adaptation<Adapter, On, State>>*>(nullptr);
    }
    using inside = std::remove_pointer_t<decltype(with_parts())>;
    static constexpr auto with_adapter() {
        if constexpr (here != 0)
            return static_cast<typename Adapter::template around<inside>*>(nullptr);
        else return static_cast<inside*>(nullptr);
    }
    using type = std::remove_pointer_t<decltype(with_adapter())>;
    static constexpr auto objection_here() {
        if constexpr (!below::against::holds || here == 0) return typename below::against{};
        else return objection<Adapter, inside>{};
    }
    using against = decltype(objection_here());
};

/// The first pattern that ends at no layer, and the nearest path, with a star for the layers of a
/// repeat; empty where there is none.
struct misplaced {
    path_text pattern{}, nearest{};
};
template <class Model, class On>
constexpr misplaced find_misplaced(unsigned long long ends) {
    for (int i = 0; i < On::count; ++i)
        if ((ends >> i & 1) == 0) {
            misplaced found;
            found.pattern.append(On::pattern(i));
            growing<path_text> paths;
            for (const auto& place : tree<Model>)
                if (!place.is_weight && place.at.path.size > 0) paths.push_back(place.at.path);
            found.nearest =
                nearest_path(On::pattern(i), paths, [](const path_text& p) { return p.view(); });
            return found;
        }
    return {};
}
/// The sentence; the compiler prints the pattern and what it may have meant as template arguments.
template <bool Met, literal Pattern, literal Nearest, class... Where>
struct pattern_met {
    static_assert(Met, HONE_E036);
};
/// The condition that each pattern ends at a layer of the model; `Ends` are those that do.
template <class Model, class On, unsigned long long Ends>
struct placed_well {
    static constexpr misplaced found = find_misplaced<Model, On>(Ends);
    static constexpr bool holds = found.pattern.size == 0;
    static constexpr std::string_view sentence = HONE_E036;
    template <bool Holds, class... Where>
    using required = pattern_met<Holds, as_literal<placed_well, &misplaced::pattern>(),
                                 as_literal<placed_well, &misplaced::nearest>(), Where...>;
};

} // namespace detail

} // namespace hone
