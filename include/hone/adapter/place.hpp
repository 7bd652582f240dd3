// Putting an adapter in the places that patterns name: a walk over the model's type that binds a part as another layer where a pattern ends. What no
// pattern reaches stays the very type it was, so it costs the compiler nothing; a pattern that ends nowhere is told with the nearest path.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/fits.hpp"
#include "hone/expression/expression.hpp"
#include "hone/meta/growing.hpp"
#include "hone/meta/list.hpp"
#include "hone/meta/nearest.hpp"

namespace hone {

namespace detail {

/// Below this layer, in this state: which patterns end at a layer, one bit each. Weights are no layers.
template <class Layer, class On>
struct ends_below {
    static constexpr unsigned long long find(pattern_state state) {
        unsigned long long bits = 0;
        if constexpr (requires { typename Layer::part_list; })
            [&]<class... Parts>(boost::hana::tuple<Parts...>*) {
                ((bits |= in_part<typename Parts::layer>(On::advance(state, Parts::name::value))), ...);
            }(static_cast<typename Layer::part_list*>(nullptr));
        return bits;
    }
    template <class Part>
    static constexpr unsigned long long in_part(pattern_state state) {
        if (state == 0) return 0;
        const bool layer = requires { typename Part::part_list; };
        return (layer ? On::ending(state) : 0) | ends_below<Part, On>::find(state);
    }
};
constexpr path_text number_text(int n) {
    path_text text;
    text.append_number(n);
    return text;
}
template <int First, int Count, class Block, class On>
struct ends_below_layers {
    static constexpr unsigned long long find(pattern_state state) {
        unsigned long long bits = 0;
        for (int l = First; l < First + Count; ++l) {
            const auto next = On::advance(state, number_text(l).view());
            if (next != 0) bits |= On::ending(next) | ends_below<Block, On>::find(next);
        }
        return bits;
    }
};
template <int Count, class Block, class On>
struct ends_below<repeat<Count, Block>, On> : ends_below_layers<0, Count, Block, On> {};
template <int... First, int... Count, class... Block, class On>
struct ends_below<repeat_runs<layer_run<First, Count, Block>...>, On> {
    static constexpr unsigned long long find(pattern_state state) {
        return (0ull | ... | ends_below_layers<First, Count, Block, On>::find(state));
    }
};

/// What becomes of a layer at which the patterns have come to `State`.
template <class Layer, class Adapter, class On, pattern_state State, bool Below>
struct adapted;
template <class Layer, class Adapter, class On, pattern_state State>
constexpr auto placed() {
    using inside = typename adapted<Layer, Adapter, On, State, ends_below<Layer, On>::find(State) != 0>::type;
    if constexpr (On::ending(State) != 0 && requires { typename Layer::part_list; }) return static_cast<typename Adapter::template around<inside>*>(nullptr);
    else return static_cast<inside*>(nullptr);
}
template <class Layer, class Adapter, class On, pattern_state State>
using placed_in = std::remove_pointer_t<decltype(placed<Layer, Adapter, On, State>())>;

template <class Adapter, class On, pattern_state State>
struct adaptation {
    template <class Layer, class Name>
    using part = placed_in<Layer, Adapter, On, On::advance(State, Name::value)>;
    /// What a layer above the adapter takes: a field of tokens as the adapter wants it.
    template <class X>
    static constexpr auto given(X x) {
        if constexpr (token_field<X> && requires { Adapter::given(x); }) return Adapter::given(x);
        else return x;
    }
};

/// A layer of which some parts are adapted. It has the members of the layer itself: its numbers and its names.
template <class Layer, class Adaptation>
struct with_adapted_parts : Layer {
    template <class Path>
    struct parts : Layer::template parts<within<Adaptation, Path>> {};
    template <class... Parts>
    static auto list(boost::hana::tuple<Parts...>*) -> boost::hana::tuple<typename with_layer<Parts, typename Adaptation::template part<typename Parts::layer, typename Parts::name>>::type...>;
    using part_list = decltype(list(static_cast<typename Layer::part_list*>(nullptr)));
    static constexpr auto call(auto self, auto... x) { return Layer::call(self, Adaptation::given(x)...); }
};

template <class Layer, class Adapter, class On, pattern_state State>
struct adapted<Layer, Adapter, On, State, false> {
    using type = Layer;
};
template <class Layer, class Adapter, class On, pattern_state State>
struct adapted<Layer, Adapter, On, State, true> {
    using type = with_adapted_parts<Layer, adaptation<Adapter, On, State>>;
};

/// A repeat: layers in which the patterns come equally far are one run. Where the run from this layer on ends.
template <class On>
constexpr int end_of_run(pattern_state state, int from, int end) {
    int to = from + 1;
    while (to < end && On::advance(state, number_text(to).view()) == On::advance(state, number_text(from).view())) ++to;
    return to;
}
template <class Adapter, class On, pattern_state State, int First, int Count, class Block>
struct layers_of {
    template <int From>
    static constexpr auto runs(auto... before) {
        if constexpr (From == First + Count) return static_cast<types<decltype(before)...>*>(nullptr);
        else {
            constexpr int to = end_of_run<On>(State, From, First + Count);
            return runs<to>(before..., layer_run<From, to - From, placed_in<Block, Adapter, On, On::advance(State, number_text(From).view())>>{});
        }
    }
    using type = std::remove_pointer_t<decltype(runs<First>())>;
};
template <class... Lists>
struct as_repeat;
template <class... Runs>
struct as_repeat<types<Runs...>> {
    using type = repeat_runs<Runs...>;
};
template <int Count, class Block>
struct as_repeat<types<layer_run<0, Count, Block>>> {
    using type = repeat<Count, Block>;
};
template <class... A, class... B, class... Rest>
struct as_repeat<types<A...>, types<B...>, Rest...> : as_repeat<types<A..., B...>, Rest...> {};

template <int Count, class Block, class Adapter, class On, pattern_state State>
struct adapted<repeat<Count, Block>, Adapter, On, State, true> : as_repeat<typename layers_of<Adapter, On, State, 0, Count, Block>::type> {};
template <int... First, int... Count, class... Block, class Adapter, class On, pattern_state State>
struct adapted<repeat_runs<layer_run<First, Count, Block>...>, Adapter, On, State, true>
    : as_repeat<typename layers_of<Adapter, On, State, First, Count, Block>::type...> {};

/// The first condition that keeps the adapter from one of the layers at which patterns end: this one, or one below it.
template <class Layer, class Adapter, class On, pattern_state State>
struct objection_below;
template <class Layer, class Adapter, class On, pattern_state State>
constexpr auto objection_from() {
    constexpr bool any_below = ends_below<Layer, On>::find(State) != 0;
    const auto here = [] {
        if constexpr (On::ending(State) != 0 && requires { typename Layer::part_list; }) return objection<Adapter, typename adapted<Layer, Adapter, On, State, any_below>::type>{};
        else return no_objection{};
    };
    if constexpr (!any_below) return here();
    else if constexpr (!objection_below<Layer, Adapter, On, State>::type::holds) return typename objection_below<Layer, Adapter, On, State>::type{};
    else return here();
}
template <class Layer, class Adapter, class On, pattern_state State>
struct objection_below {
    template <class... Parts>
    static auto over(boost::hana::tuple<Parts...>*) ->
        typename conditions<decltype(objection_from<typename Parts::layer, Adapter, On, On::advance(State, Parts::name::value)>())...>::failing;
    using type = decltype(over(static_cast<typename Layer::part_list*>(nullptr)));
};
template <class Block, class Adapter, class On, pattern_state State, int From, int End>
struct objection_in_layers {
    using first = decltype(objection_from<Block, Adapter, On, On::advance(State, number_text(From).view())>());
    using type = typename conditions<first, typename objection_in_layers<Block, Adapter, On, State, end_of_run<On>(State, From, End), End>::type>::failing;
};
template <class Block, class Adapter, class On, pattern_state State, int End>
struct objection_in_layers<Block, Adapter, On, State, End, End> {
    using type = no_objection;
};
template <int Count, class Block, class Adapter, class On, pattern_state State>
struct objection_below<repeat<Count, Block>, Adapter, On, State> : objection_in_layers<Block, Adapter, On, State, 0, Count> {};
template <int... First, int... Count, class... Block, class Adapter, class On, pattern_state State>
struct objection_below<repeat_runs<layer_run<First, Count, Block>...>, Adapter, On, State> {
    using type = typename conditions<typename objection_in_layers<Block, Adapter, On, State, First, First + Count>::type...>::failing;
};

/// The paths of all layers, a star for the layers of a repeat: what a pattern may have meant.
template <class Layer>
struct layer_paths {
    static constexpr void to(growing<path_text>& out, path_text at) {
        if constexpr (requires { typename Layer::part_list; }) {
            if (at.size > 0) out.push_back(at);
            [&]<class... Parts>(boost::hana::tuple<Parts...>*) {
                (layer_paths<typename Parts::layer>::to(out, at / Parts::name::value), ...);
            }(static_cast<typename Layer::part_list*>(nullptr));
        }
    }
};
template <int Count, class Block>
struct layer_paths<repeat<Count, Block>> {
    static constexpr void to(growing<path_text>& out, path_text at) { layer_paths<Block>::to(out, at / "*"); }
};
template <class First, class... Rest>
struct layer_paths<repeat_runs<First, Rest...>> {
    static constexpr void to(growing<path_text>& out, path_text at) { layer_paths<typename First::block>::to(out, at / "*"); }
};

/// The first pattern that ends at no layer, and the nearest path; empty where there is none.
struct misplaced {
    path_text pattern{}, nearest{};
};
template <class Model, class On>
constexpr misplaced find_misplaced() {
    const auto met = ends_below<Model, On>::find(On::start());
    for (int i = 0; i < On::count; ++i)
        if ((met >> i & 1) == 0) {
            misplaced found;
            found.pattern.append(On::pattern(i));
            growing<path_text> paths;
            layer_paths<Model>::to(paths, {});
            found.nearest = nearest_path(On::pattern(i), paths, [](const path_text& p) { return p.view(); });
            return found;
        }
    return {};
}
/// The sentence; the compiler prints the pattern and what it may have meant as template arguments.
template <bool Met, literal Pattern, literal Nearest, class... Where>
struct pattern_met {
    static_assert(Met, HONE_E036);
};
/// The condition that each pattern ends at a layer of the model.
template <class Model, class On>
struct placed_well {
    static constexpr misplaced found = find_misplaced<Model, On>();
    static constexpr bool holds = found.pattern.size == 0;
    static constexpr std::string_view sentence = HONE_E036;
    template <bool Holds, class... Where>
    using required = pattern_met<Holds, as_literal<placed_well, &misplaced::pattern>(), as_literal<placed_well, &misplaced::nearest>(), Where...>;
};

} // namespace detail

} // namespace hone
