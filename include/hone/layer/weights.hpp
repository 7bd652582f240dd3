// The weights of a model type, one entry for all copies under a repeat: those places of its tree that are weights, in its order. Layouts, files, optimizers
// and the planner all go by these entries.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/expression/trainable.hpp"
#include "hone/layer/tree.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Does an optimizer's decay take from this weight? From all but biases and what norms have; a vector of the model itself counts as one of these, one that an
/// adapter adds (factors, magnitudes) only by its name, as in Python.
constexpr bool decays(const weight_entry& w) {
    const weight_place by_name{w.path.view()};
    return !w.vector || (w.adapter && !biases::selects(by_name) && !norms::selects(by_name));
}

/// The entries as a constant array.
template <class Model>
inline constexpr auto weight_entries = [] {
    constexpr bool fit = [] {
        for (const auto& place : tree<Model>)
            if (place.is_weight && (place.at.depth > 2 || place.at.path.size == path_text::capacity)) return false;
        return true;
    }();
    static_assert(fit, HONE_E034);
    std::array<weight_entry, detail::weights_in(tree_layers<Model>{})> out{};
    int first = 0;
    std::size_t i = 0;
    for (const auto& place : tree<Model>)
        if (place.is_weight) {
            out[i] = place.at;
            out[i].first = first;
            first += copies(out[i++]);
        }
    return out;
}();

/// Which copies of a model's weights a set holds, and which of its patterns met a weight.
template <class Model, class Set>
inline constexpr auto selection_of = [] {
    constexpr auto& entries = weight_entries<Model>;
    struct {
        std::array<bool, entries.empty() ? 1 : static_cast<std::size_t>(entries.back().first + copies(entries.back()))> holds{};
        unsigned long long met = 0;
        bool any = false;
    } all;
    for (const auto& w : entries)
        for (int k = 0; k < copies(w); ++k) {
            const auto holds_here = all.holds.begin() + w.first;
            if (k > 0 && !detail::tells_layers_apart<Set>) { // so depth costs nothing
                holds_here[k] = holds_here[0];
                continue;
            }
            const auto name = name_of(w, k);
            const weight_place place{name.view(), w.adapter, w.frozen, w.depth == 0 ? -1 : w.from[0] + k / w.layers[1], w.repeated};
            const bool holds = detail::selects<Set>(place);
            holds_here[k] = holds;
            all.any = all.any || holds;
            all.met |= detail::met<Set>(place);
        }
    return all;
}();

} // namespace hone
HONE_COMPACT_END
