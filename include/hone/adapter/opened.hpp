// A model with a place that is looked into: what a layer gives is perturbed by rows that a step is
// given, and has a gradient; or it is given out beside the model's own value.
//     perturbed<"bert.embeddings.word">(m)        step.add<"bert.embeddings.word">(rows), and
//                                                 step.gradient_at<"bert.embeddings.word">()
//     auto [logits, third] = giving<"bert.blocks.3">(m)(batch.tokens);
// It is the model adapted by an adapter without weights, so weights, files and adapters are as they
// were. A place is the path of one layer, its number written out in a repeat; that layer stands
// outside of the loop. What is not opened costs nothing, a value that is given out no more than its
// memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/place.hpp"
#include "hone/op/types.hpp"

namespace hone {

/// x + what a step is given under the name; without a gradient in an evaluation.
template <literal Name>
struct addition_ : composed {
    using place = part_name<Name>;
    template <class X>
    using shape = shaped<typename X::kind, X::width>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        const int kind = kind_of<typename Shape::kind>::code(e);
        auto& all = e.all->additions;
        std::size_t k = 0;
        while (k < all.size() && all[k].name.view() != Name.view()) ++k;
        if (k == all.size()) {
            all.push_back({{}, Shape::width, kind});
            all[k].name.append(Name.view());
        }
        if (all[k].width != Shape::width || all[k].kind != kind) e.all->unlike = all[k].name;
        e.g().open = true;
        node leaf;
        leaf.op = &operation_of<added_leaf>;
        leaf.width = Shape::width;
        leaf.kind = kind;
        leaf.detail = static_cast<int>(k);
        leaf.needs = e.training;
        const int added = e.builder().insert(leaf);
        return e.builder().template add<add_>({a[0], added}, Shape::width, kind);
    }
};
/// x itself, noted under the name for who asks for it. `Kind` and `Width` are its own.
template <literal Name, class Kind, int Width>
struct given_ : composed {
    using place = part_name<Name>;
    using value = shaped<Kind, Width>;
    template <class X>
    using shape = shaped<typename X::kind, X::width>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[2], Shape) {
        given_value v{{}, e.number, a[0]};
        v.name.append(Name.view());
        e.all->given.push_back(v);
        e.g().open = true;
        return a[0];
    }
};

namespace detail {

/// Of a layer: it is called, and no container of numbered layers.
HONE_CONDITION(can_be_opened, HONE_E099, !requires { typename Subject::template rebuilt<>; })

template <class X>
inline constexpr bool is_one_value = false;
template <expression X>
inline constexpr bool is_one_value<X> = !X::integer;

/// Adapters without weights. `Opening` says what becomes of the layer's value.
template <class Opening>
struct opened {
    template <class Layer>
    using asks = conditions<can_be_opened<Layer>>;
    template <class Layer>
    struct around : Layer {
        static constexpr auto call(auto self, auto... x) {
            const auto y = Layer::call(self, x...);
            constexpr bool one = is_one_value<std::remove_const_t<decltype(y)>>;
            static_assert(one, HONE_E099);
            if constexpr (one) return Opening::of(y);
        }
    };
};
template <literal Name>
struct perturbing {
    static constexpr auto of(auto x) { return apply<addition_<Name>>(x); }
};
template <literal Name>
struct giving_out {
    template <class X>
    static constexpr auto of(X x) {
        return apply<given_<Name, typename X::kind, X::width>>(x);
    }
};

/// The sentence; the compiler prints the path and what it may have meant as template arguments.
template <bool Named, literal Place, literal Nearest>
struct place_named {
    static_assert(Named, HONE_E095);
};
/// The layer that `Model` is with one place opened.
template <class Model, literal Place, class Opening>
struct with_opened {
    using places = on<Place>;
    using there = placed<Model, opened<Opening>, places, places::start()>;
    using where = placed_well<Model, places, there::ends>;
    static constexpr bool named =
        where::holds && Place.view().find('*') == std::string_view::npos;
    using against = std::conditional_t<named, typename there::against, no_objection>;
    static constexpr bool said =
        sizeof(place_named<named, Place, as_literal<where, &misplaced::nearest>()>) > 0 &&
        asserted<against>;
    static constexpr auto chosen() {
        if constexpr (named && against::holds) return static_cast<typename there::type*>(nullptr);
        else return static_cast<Model*>(nullptr); // so that one mistake is one sentence
    }
    using type = std::remove_pointer_t<decltype(chosen())>;
    static constexpr bool there_is = named && against::holds;
};

/// Of the ops that a value is made of, the one that was put in under a name.
template <class Op>
constexpr bool is_noted(std::string_view name) {
    if constexpr (requires { typename Op::place; }) return Op::place::value == name;
    else return false;
}
template <literal Name, class... Op>
constexpr auto noted_in(types<Op...>) {
    return concatenated<std::conditional_t<is_noted<Op>(Name.view()), types<Op>, types<>>...>{};
}
template <class Given>
struct value_noted {
    static_assert(never<Given>, HONE_E099);
    using type = shaped<once, 1>;
};
template <class Op, class... Same>
struct value_noted<types<Op, Same...>> {
    using type = typename Op::value;
};

/// A call of an opened model: the values that are given out while it is written are its own.
template <class Call>
struct opened_call : shaped<typename Call::kind, Call::width, Call::integer> {};
/// One of them.
template <class Shape, class Name, class Call>
struct given_out : Shape {};

template <class Call>
struct ops_of<opened_call<Call>> : ops_of<Call> {};
template <class Shape, class Name, class Call>
struct ops_of<given_out<Shape, Name, Call>> : ops_of<Call> {};

/// A model with an addition.
template <class Layer, class Path, literal Name, bool Refused>
struct perturbed_model : bound<Layer, Path> {
    template <class... X>
    constexpr auto operator()(X... x) const {
        const auto y = bound<Layer, Path>::operator()(x...);
        using ops = typename ops_of<std::remove_const_t<decltype(y)>>::type;
        static_assert(Refused || !std::is_same_v<decltype(noted_in<Name>(ops{})), types<>>,
                      HONE_E099);
        return y;
    }
};
/// A model that gives the values of places beside its own.
template <class Layer, class Path, literal... Names>
struct giving_model : bound<Layer, Path> {
    template <class... X>
    constexpr auto operator()(X... x) const {
        using call = decltype(bound<Layer, Path>::operator()(x...));
        static_assert(expression<call>, HONE_E099);
        if constexpr (expression<call>) {
            using ops = typename ops_of<call>::type;
            return values<opened_call<call>,
                          given_out<typename value_noted<decltype(noted_in<Names>(ops{}))>::type,
                                    part_name<Names>, call>...>{};
        }
    }
};

/// A model with all of these places given out.
template <class Model, literal Place, literal... More>
constexpr auto with_all_given() {
    using one = with_opened<Model, Place, giving_out<Place>>;
    static_assert(one::said);
    if constexpr (sizeof...(More) > 0) return with_all_given<typename one::type, More...>();
    else return static_cast<typename one::type*>(nullptr);
}

} // namespace detail

template <class Call>
struct emit<detail::opened_call<Call>> {
    static constexpr int to(const emission& e, scope& s) {
        const std::size_t before = e.all->given.size();
        const int made = write<Call>(e, s);
        for (std::size_t i = before; i < e.all->given.size(); ++i)
            if (auto& v = e.all->given[i]; v.call < 0) v.call = made;
        return made;
    }
};
template <class Shape, class Name, class Call>
struct emit<detail::given_out<Shape, Name, Call>> {
    static constexpr int to(const emission& e, scope& s) {
        const int call = write<detail::opened_call<Call>>(e, s);
        int node = -1;
        for (const auto& v : e.all->given)
            if (v.graph == e.number && v.call == call && v.name.view() == Name::value)
                node = v.node;
        return node;
    }
};

/// The model with an addition to the value of the layer at `Place`: rows that the step is given
/// under `Name`, zeros until then. One name in several places, or of several calls, is one addition
/// to values of one shape. Source of what it is for: Miyato et al. 2017, equation 5.
template <literal Place, literal Name = Place, class Layer, class Path>
constexpr auto perturbed(bound<Layer, Path>) {
    using opened = detail::with_opened<Layer, Place, detail::perturbing<Name>>;
    static_assert(opened::said);
    return detail::perturbed_model<typename opened::type, Path, Name, !opened::there_is>{};
}
/// The model, which gives beside its own value that of each place: `auto [y, h] =
/// giving<"bert.blocks.3">(m)(x);`. A value is an expression like any other: of a loss, with its
/// gradient, or of an evaluation.
template <literal... Places, class Layer, class Path>
constexpr auto giving(bound<Layer, Path>) {
    using model = std::remove_pointer_t<decltype(detail::with_all_given<Layer, Places...>())>;
    return detail::giving_model<model, Path, Places...>{};
}

} // namespace hone
