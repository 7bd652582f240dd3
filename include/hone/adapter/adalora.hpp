// Adaptive low-rank adaptation (AdaLoRA; Zhang et al. 2023): beside W x runs s B (E * A x), the form of a singular value decomposition, in which
// triplets (a row of A, a number of E, a column of B) can be dropped one by one. Which ones is decided by an `allocation` (allocation.hpp) after each
// step of the optimizer, and an optimizer refuses these weights without one. Weights: `adalora.a` (rank, in), `adalora.b` (out, rank), `adalora.e`
// (rank, 1), as PEFT stores them; s = alpha / (rank + 1e-5), with the rank at the start, does not change when triplets are dropped.
// E multiplies A, not the rows of A x: rank * in multiply-adds a step, and nothing more is kept for each token than LoRA keeps.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/lora.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone {

/// sqrt(x), with slope 0 where x is 0: the length of something that may be exactly zero.
struct length_ : elementwise {
    static constexpr auto value(auto x) { return sqrt(x); }
    static constexpr auto slope(auto, auto y) {
        using V = decltype(y);
        return where(y > V(0), V(0.5) / y, V(0));
    }
};
/// The number 0.
struct zero_ : elementwise {
    static constexpr op_traits traits{.uses_column = true};
    template <class...>
    using shape = shaped<once, 1>;
    static constexpr auto value(auto column) { return decltype(column)(0); }
    static constexpr void reverse(graph_builder&, int) {}
};

/// Factor B (E * A x): (rows, In) -> (rows, Out)
template <int In, int Rank, int Out, bool Drops, class Factor>
struct triplets {
    static constexpr int departures = 2; ///< matrices that should be orthogonal
    HONE_PARTS((a, matrix<Rank, In>), (b, matrix<Out, Rank>), (e, matrix<Rank, 1, allocated<zeros>>))
    static constexpr auto call(auto self, auto x) {
        if constexpr (Drops) return narrow(self, dropped<site<path<>>>(x, value<"adapter_dropout", 0>));
        else return narrow(self, x);
    }
    static constexpr auto narrow(auto self, auto x) { return product(function<scaled_by_<Factor>>{}(product(x, self.a * self.e)), self.b); }
    /// |A A^T - I| + |B^T B - I|, Frobenius norms.
    static constexpr auto departure(auto self) { return from_identity(product(self.a, self.a)) + from_identity(outer(self.b, self.b)); }
    static constexpr auto from_identity(auto square_matrix) {
        return function<length_>{}(sum_rows(sum_columns(square(square_matrix - identity<Rank>))));
    }
};

/// Options: rank<N> (12, at the start), alpha<N> (8), with_dropout.
template <class... Options>
struct adalora {
    using rank_option = option<rank, rank<12>, Options...>;
    using alpha_option = option<alpha, alpha<8>, Options...>;
    static constexpr bool drops = has_option<with_dropout, Options...>;
    struct factor {
        static constexpr double value = alpha_option::value / (rank_option::value + 1e-5);
    };

    template <class Layer>
    using asks = conditions<is_product<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (adalora, triplets<Layer::inputs, rank_option::value, Layer::outputs, drops, factor>))
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x) + self.adalora(x); }
        /// W + s B diag(E) A.
        static void merge(auto weights) {
            const auto left = element_of(weights("adalora.b")), right = element_of(weights("adalora.a")), middle = element_of(weights("adalora.e"));
            add_product(weights("weight"), rank_option::value, factor::value, left, [&](int k, int c) { return middle(k, 0) * right(k, c); });
        }
    };
};

namespace detail {

/// The same tree with another call: a number goes in, and comes out greater by the departures of all triplets below.
template <class Layer>
struct departing {
    template <class... Entries>
    static constexpr int below(boost::hana::tuple<Entries...>*) { return (0 + ... + (layers_of<Entries>() * departing<typename Entries::layer>::count)); }
    static constexpr int count = [] {
        if constexpr (requires { Layer::departures; }) return Layer::departures;
        else return below(static_cast<typename Layer::part_list*>(nullptr));
    }();
    struct departures_of {
        using part_list = boost::hana::tuple<>;
        template <class Path>
        struct parts {};
        static constexpr auto call(auto, auto sum) {
            if constexpr (requires { Layer::departures; }) return sum + Layer::departure(typename Layer::template parts<path<>>{});
            else return over(sum, static_cast<typename Layer::part_list*>(nullptr));
        }
        static constexpr auto over(auto sum, boost::hana::tuple<>*) { return sum; }
        template <class First, class... Rest>
        static constexpr auto over(auto sum, boost::hana::tuple<First, Rest...>*) {
            using below = departing<typename First::layer>;
            constexpr auto rest = static_cast<boost::hana::tuple<Rest...>*>(nullptr);
            if constexpr (below::count > 0) return over(bound<typename below::type, path<typename First::name>>{}(sum), rest);
            else return over(sum, rest);
        }
    };
    template <class... Entries>
    static constexpr auto made(boost::hana::tuple<Entries...>*) {
        if constexpr (requires { typename Layer::template rebuilt<>; }) return static_cast<typename Layer::template rebuilt<typename with_layer<Entries, typename departing<typename Entries::layer>::type>::type...>*>(nullptr);
        else return static_cast<departures_of*>(nullptr);
    }
    using type = std::remove_pointer_t<decltype(made(static_cast<typename Layer::part_list*>(nullptr)))>;
};
template <class Layer>
    requires is_weight<Layer>
struct departing<Layer> {
    static constexpr int count = 0;
};

} // namespace detail

/// Numerator / Denominator times the mean of |A A^T - I| and |B^T B - I| over all triplets of a model, one number; to be added to a loss:
/// cross_entropy(m(batch.tokens), batch.label) + mean_of(orthogonality(m)). The layers of a repeat are one loop, as in the model itself.
template <long Numerator = 1, long Denominator = 2, class Model, class Path>
constexpr auto orthogonality(bound<Model, Path>) {
    using below = detail::departing<Model>;
    static_assert(below::count > 0, HONE_E047);
    if constexpr (below::count > 0) return scaled<Numerator, Denominator * below::count>(bound<typename below::type, Path>{}(apply<zero_>()));
}

} // namespace hone
