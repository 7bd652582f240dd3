// What a chain of an optimizer is made of (the decomposition is optax's; Babuschkin et al. 2020). A
// transform takes the update so far, at first the gradient, and makes another of it. Its kinds:
//     whole        `factor(norm)`: looks at the norm of all gradients, before anything else
//     linear       `fold(...)`: scales the update or adds a share of the weight; never a pass of
//                  its own, it becomes a number of its neighbours
//     elementwise  `apply(...)`: a formula over one number and its moments; neighbours share one
//                  pass over memory
//     by weight    `apply_to(...)`: sees the update of a whole weight, with its shape
// and a rule (`transforms()`) is a chain by another name. A chain ends with what knows the rate.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "hone/expression/trainable.hpp"
#include "hone/meta/seam.hpp"
#include "hone/optimizer/schedule.hpp"
#include "hone/tensor/numbers.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

/// The names of the moments that a transform keeps for every number, as in "adam.mu", or of the
/// counters that it keeps once.
template <std::size_t Count>
using state_names = std::array<std::string_view, Count>;

/// One weight at one step: what a transform's numbers may depend on.
struct update_point {
    long step = 0;       ///< from 0
    double rate = 0;     ///< of the transform that ends the chain
    bool decays = false; ///< no bias, no gain of a norm
    std::string_view name{};
    long count = 0, columns = 0; ///< columns of a matrix; 0: a vector
    long rows() const { return columns > 0 ? count / columns : 1; }
};

/// What a transform by weight is given, and changes: the update of one weight is scale * update +
/// share * weight.
template <class T>
struct weight_update {
    const T* update;
    double scale, share;
    T* room; ///< `count` numbers for a new update; `update` may stand there already
    const T* weight;
    update_point at; ///< also of which shape it is
    T* kept;         ///< what this transform keeps of the weight
    T* scratch;
    double* partial; ///< one number for each chunk of the weight
    team* workers;
};

namespace detail {

template <class X>
concept whole_transform = requires(const X& x) {
    { x.factor(1.0) } -> std::convertible_to<double>;
};
template <class X>
concept linear_transform = requires(const X& x, const update_point& at, double& v) {
    x.fold(at, v, v);
};
template <class X>
concept elementwise_transform = requires {
    typename X::template numbers<float>;
    X::kept.size();
};
template <class X>
concept weight_transform = requires {
    X::by_weight;
};
template <class X>
concept rule_of_transforms = requires(const X& x) {
    x.transforms();
};
template <class X>
concept group_of_transforms = requires {
    typename X::group_list;
};

/// Does the chain end here?
template <class X>
inline constexpr bool ends = false;
template <class X>
requires requires { X::ends; }
inline constexpr bool ends<X> = X::ends;
/// Is the update of a number zero, and do its moments stay zero, where gradient and moments are?
template <class X>
inline constexpr bool rests = false;
template <class X>
requires requires { X::rests; }
inline constexpr bool rests<X> = X::rests;
template <class X>
inline constexpr bool for_matrices = false;
template <class X>
requires requires { X::for_matrices; }
inline constexpr bool for_matrices<X> = X::for_matrices;
template <class X>
constexpr std::size_t counters_of() {
    if constexpr (requires { X::counters.size(); }) return X::counters.size();
    else return 0;
}

} // namespace detail

/// Scales all gradients by min(1, limit / (norm + 1e-6)), norm over all of them (Pascanu et al.
/// 2013).
struct clip_by_global_norm {
    double limit;
    explicit constexpr clip_by_global_norm(double l) : limit(l) {}
    double factor(double norm) const { return norm + 1e-6 > limit ? limit / (norm + 1e-6) : 1.0; }
};
/// No change to the gradients.
struct no_clip {
    double factor(double) const { return 1; }
};

/// u -> factor u
struct scale_by_factor {
    double factor;
    explicit constexpr scale_by_factor(double f) : factor(f) {}
    static constexpr bool adds_weights = false;
    void fold(const update_point&, double& pace, double&) const { pace *= factor; }
};

/// u -> u + decay w, for weights that decay: behind a rule's moments this is AdamW's decoupled
/// decay (Loshchilov and Hutter 2019), before them the gradient of an L2 term.
/// `add_decayed_weights<except<on<"**">, norms>>(0.01)` chooses weights by their names instead.
template <class Set = void>
struct add_decayed_weights {
    double decay;
    explicit constexpr add_decayed_weights(double d) : decay(d) {}
    static constexpr bool adds_weights = true;
    void fold(const update_point& at, double& pace, double& share) const {
        if (decays(at)) share += pace * decay;
    }
    static bool decays(const update_point& at) {
        if constexpr (std::is_void_v<Set>) return at.decays;
        else return detail::selects<Set>(weight_place{at.name});
    }
};
template <class... Decay>
add_decayed_weights(Decay...) -> add_decayed_weights<void>;

/// u -> rate u, and w - u is the new weight: the end of a chain.
struct scale_by_rate {
    schedule rate_;
    explicit scale_by_rate(schedule r) : rate_(std::move(r)) {}
    static constexpr bool ends = true, adds_weights = false;
    double rate(long step) const { return rate_(step); }
    void fold(const update_point& at, double& pace, double&) const { pace *= at.rate; }
};

/// u -> factor^(layers + 1 - depth) u: lower layers learn more slowly (Howard and Ruder 2018).
/// Embeddings lie at depth 0, layer i at i + 1, all else at layers + 1. A layer is the first number
/// in a weight's name.
struct scale_by_layer {
    double factor = 1;
    int layers = 0;
    constexpr scale_by_layer(double f, int l) : factor(f), layers(l) {}
    static constexpr bool adds_weights = false;
    void fold(const update_point& at, double& pace, double&) const { pace *= of(at.name); }
    double of(std::string_view name) const { return std::pow(factor, layers + 1 - depth(name)); }
    int depth(std::string_view name) const {
        for (std::string_view rest = name; !rest.empty();) {
            const auto part = rest.substr(0, rest.find('.'));
            if (part == "embeddings") return 0;
            if (int number = 0; is_number(part, number)) return number + 1;
            rest.remove_prefix(part.size() < rest.size() ? part.size() + 1 : rest.size());
        }
        return layers + 1;
    }

private:
    static bool is_number(std::string_view part, int& number) {
        if (part.empty() || part.size() > 6) return false;
        for (char c : part) {
            if (c < '0' || c > '9') return false;
            number = number * 10 + (c - '0');
        }
        return true;
    }
};

/// A rule whose rate falls from layer to layer down: `layer_wise(0.9, 12, adamw{...})`. The rule
/// ends with scale_by_rate.
template <class Rule>
struct layer_wise {
    double factor;
    int layers;
    Rule rule;
    layer_wise(double f, int l, Rule r) : factor(f), layers(l), rule(std::move(r)) {}
    auto transforms() const {
        auto all = rule.transforms();
        constexpr auto last = std::tuple_size_v<decltype(all)> - 1;
        static_assert(std::is_same_v<std::tuple_element_t<last, decltype(all)>, scale_by_rate>,
                      HONE_E068);
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return std::tuple(std::get<I>(all)..., scale_by_layer(factor, layers),
                              std::get<last>(all));
        }
        (std::make_index_sequence<last>{});
    }
};

} // namespace hone
