// The weights of a model type: one entry for all copies under a repeat, found by walking the named parts. The walk is the only
// thing that knows the order; layouts, files, optimizers and the planner all go by these entries.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <type_traits>

#include "hone/expression/layers.hpp"
#include "hone/expression/trainable.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How a leaf starts: 0 zeros, 1 ones, 2 normal with a deviation, 3 uniform up to sqrt(deviation / columns),
/// 4 the lengths of the rows of another weight, 5 a constant (the deviation), 6 normal with the deviation as its variance.
template <class Initial>
struct initial_of;
template <>
struct initial_of<zeros> {
    static constexpr int kind = 0;
    static constexpr double deviation = 0;
};
template <>
struct initial_of<ones> {
    static constexpr int kind = 1;
    static constexpr double deviation = 0;
};
template <int Thousandths>
struct initial_of<normal<Thousandths>> {
    static constexpr int kind = 2;
    static constexpr double deviation = Thousandths / 1000.0;
};

template <>
struct initial_of<kaiming> {
    static constexpr int kind = 3;
    static constexpr double deviation = 1;
};
template <>
struct initial_of<he_uniform> {
    static constexpr int kind = 3;
    static constexpr double deviation = 6;
};
template <long Numerator, long Denominator>
struct initial_of<normal_of_variance<Numerator, Denominator>> {
    static constexpr int kind = 6;
    static constexpr double deviation = static_cast<double>(Numerator) / static_cast<double>(Denominator);
};

template <>
struct initial_of<row_norms> {
    static constexpr int kind = 4;
    static constexpr double deviation = 0;
};

template <int Thousandths>
struct initial_of<filled<Thousandths>> {
    static constexpr int kind = 5;
    static constexpr double deviation = Thousandths / 1000.0;
};
template <class Initial>
struct initial_of<frozen<Initial>> : initial_of<Initial> {};
template <class Initial>
struct initial_of<allocated<Initial>> : initial_of<Initial> {};

namespace detail {

template <class Initial>
inline constexpr bool is_frozen = false;
template <class Initial>
inline constexpr bool is_frozen<frozen<Initial>> = true;
template <class Initial>
inline constexpr bool is_allocated = false;
template <class Initial>
inline constexpr bool is_allocated<allocated<Initial>> = true;

template <class Part>
inline constexpr bool is_added = false;
template <class Name, class Layer>
inline constexpr bool is_added<added_part<Name, Layer>> = true;

template <class Layer>
struct collect {
    static constexpr void to(growing<weight_entry>& out, const weight_entry& at) {
        constexpr bool is_layer = requires { typename Layer::part_list; };
        static_assert(is_layer, HONE_E030);
        if constexpr (is_layer)
            boost::hana::for_each(typename Layer::part_list{}, [&](auto entry) {
                auto inner = at;
                inner.path.append(decltype(entry)::name::value);
                inner.adapter = inner.adapter || is_added<decltype(entry)>;
                collect<typename decltype(entry)::layer>::to(out, inner);
            });
    }
};
template <int Rows, int Columns, class Initial>
struct collect<matrix<Rows, Columns, Initial>> {
    static constexpr void to(growing<weight_entry>& out, weight_entry at) {
        at.rows = Rows;
        at.columns = Columns;
        at.initial = initial_of<Initial>::kind;
        at.deviation = initial_of<Initial>::deviation;
        at.frozen = is_frozen<Initial>;
        at.allocated = is_allocated<Initial>;
        out.push_back(at);
    }
};
template <int Length, class Initial>
struct collect<vector<Length, Initial>> {
    static constexpr void to(growing<weight_entry>& out, weight_entry at) {
        at.columns = Length;
        at.vector = true;
        at.initial = initial_of<Initial>::kind;
        at.deviation = initial_of<Initial>::deviation;
        at.frozen = is_frozen<Initial>;
        at.allocated = is_allocated<Initial>;
        out.push_back(at);
    }
};
template <int First, int Count, class Block>
constexpr void collect_layers(growing<weight_entry>& out, weight_entry at, int all) {
    at.path.append("*");
    if (at.depth == 0) at.repeated = all;
    if (at.depth < 2) {
        at.layers[at.depth] = Count;
        at.from[at.depth] = First;
    }
    ++at.depth;
    collect<Block>::to(out, at);
}
template <int Count, class Block>
struct collect<repeat<Count, Block>> {
    static constexpr void to(growing<weight_entry>& out, const weight_entry& at) { collect_layers<0, Count, Block>(out, at, Count); }
};
template <int... First, int... Count, class... Block>
struct collect<repeat_runs<layer_run<First, Count, Block>...>> {
    static constexpr void to(growing<weight_entry>& out, const weight_entry& at) { (collect_layers<First, Count, Block>(out, at, (0 + ... + Count)), ...); }
};

} // namespace detail

/// Does an optimizer's decay take from this weight? From all but biases and what norms have; a vector of the model itself counts as one of these, one that an
/// adapter adds (factors, magnitudes) only by its name, as in Python.
constexpr bool decays(const weight_entry& w) {
    const weight_place by_name{w.path.view()};
    return !w.vector || (w.adapter && !biases::selects(by_name) && !norms::selects(by_name));
}

/// Copies of an entry over all layers.
constexpr int copies(const weight_entry& w) { return w.layers[0] * w.layers[1]; }

/// The entries as a constant array.
template <class Model>
inline constexpr auto weight_entries = [] {
    constexpr auto count = [] {
        growing<weight_entry> all;
        detail::collect<Model>::to(all, {});
        for (const auto& w : all)
            if (w.depth > 2 || w.path.size == path_text::capacity) return -1;
        return static_cast<int>(all.size());
    }();
    static_assert(count != -1, HONE_E034);
    std::array<weight_entry, static_cast<std::size_t>(count < 0 ? 0 : count)> out{};
    growing<weight_entry> all;
    detail::collect<Model>::to(all, {});
    int first = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i] = all[i];
        out[i].first = first;
        first += copies(out[i]);
    }
    return out;
}();

/// The full name of a copy.
constexpr path_text name_of(const weight_entry& w, int copy) {
    const int layer[2] = {w.from[0] + (w.depth == 2 ? copy / w.layers[1] : copy), w.from[1] + (w.depth == 2 ? copy % w.layers[1] : 0)};
    return concrete(w.path.view(), layer);
}

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
