// Sets of weights: which of a model's train. `on<...>` goes by patterns over paths, the others by what a weight is or where it stands; sets join and
// subtract. A set says which weights it holds and, for each pattern in it, whether that met anything at all: one that did not is a mistake.
//     trainable<adapters, on<"classifier.**">>        trainable<last_layers<2>, on<"classifier.**">>        trainable<except<on<"**">, norms>>
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/graph.hpp"
#include "hone/meta/pattern.hpp"

namespace hone {

/// One copy of a weight, as a set sees it.
struct weight_place {
    std::string_view path;
    bool adapter = false;   ///< added by an adapter
    bool frozen = false;    ///< ... as a constant
    int layer = -1;         ///< of the outermost repeat that it stands in, -1: in none
    int layers = 0;         ///< of that repeat
};

namespace detail {

/// A set by one property.
template <class Set>
struct set_of_one {
    static constexpr int count = 1;
    static constexpr bool by_layer = false;
    static constexpr std::string_view pattern(int) { return Set::words; }
    static constexpr unsigned long long met(const weight_place& w) { return Set::selects(w); }
};
template <class Set>
constexpr bool selects(const weight_place& w) {
    if constexpr (requires { Set::selects(w); }) return Set::selects(w);
    else return Set::selects(w.path);
}
template <class Set>
constexpr unsigned long long met(const weight_place& w) {
    if constexpr (requires { Set::met(w); }) return Set::met(w);
    else return Set::met(w.path);
}
/// May a set hold a weight in one layer and not in another? One that does not say is asked about every layer.
template <class Set>
inline constexpr bool tells_layers_apart = true;
template <class Set>
    requires requires { Set::by_layer; }
inline constexpr bool tells_layers_apart<Set> = Set::by_layer;

/// The patterns of several sets, one after the other.
template <class... Sets>
struct patterns_of {
    static constexpr int count = (0 + ... + Sets::count);
    static constexpr bool by_layer = (tells_layers_apart<Sets> || ...);
    static_assert(count <= 64, HONE_E072);
    static constexpr std::string_view pattern(int i) {
        std::string_view found;
        ((i >= 0 && i < Sets::count ? void(found = Sets::pattern(i)) : void(), i -= Sets::count), ...);
        return found;
    }
    static constexpr unsigned long long met(const weight_place& w) {
        unsigned long long bits = 0;
        [[maybe_unused]] int shift = 0;
        ((bits |= detail::met<Sets>(w) << shift, shift += Sets::count), ...);
        return bits;
    }
};

} // namespace detail

/// The weights that adapters have added, but for those that are constants.
struct adapters : detail::set_of_one<adapters> {
    static constexpr std::string_view words = "adapters";
    static constexpr bool selects(const weight_place& w) { return w.adapter && !w.frozen; }
};
/// Every bias (BitFit; Ben Zaken et al. 2022).
struct biases : detail::set_of_one<biases> {
    static constexpr std::string_view words = "biases";
    static constexpr bool selects(const weight_place& w) { return !w.adapter && (w.path == "bias" || w.path.ends_with(".bias")); }
};
/// Gains and biases of every norm: of parts called `norm` or `..._norm` (Zhao et al. 2024).
struct norms : detail::set_of_one<norms> {
    static constexpr std::string_view words = "norms";
    static constexpr bool selects(const weight_place& w) {
        const auto owner = w.path.substr(0, w.path.rfind('.') == w.path.npos ? 0 : w.path.rfind('.'));
        const auto name = owner.substr(owner.rfind('.') + 1); // all of it where there is no dot
        return !w.adapter && (name == "norm" || name.ends_with("_norm"));
    }
};
/// The last `Count` layers of every outermost repeat.
template <int Count>
struct last_layers : detail::set_of_one<last_layers<Count>> {
    static constexpr std::string_view words = "last_layers";
    static constexpr bool by_layer = true;
    static constexpr bool selects(const weight_place& w) { return w.layer >= 0 && w.layer >= w.layers - Count; }
};
/// What is in `Set` and not in `Other`.
template <class Set, class Other>
struct except : detail::patterns_of<Set, Other> {
    static constexpr bool selects(const weight_place& w) { return detail::selects<Set>(w) && !detail::selects<Other>(w); }
};

/// The weights that train: those that one of the sets holds. `trainable<>` alone is refused where it is used.
template <class... Sets>
struct trainable : detail::patterns_of<Sets...> {
    static constexpr bool selects(const weight_place& w) { return (detail::selects<Sets>(w) || ...); }
};

/// Nothing trains: a program without gradients.
using nothing = trainable<>;

} // namespace hone
