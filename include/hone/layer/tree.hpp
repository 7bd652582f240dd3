// The tree of a model's layers, walked once: a constant table of every layer and weight with its
// path, its type and the layers of repeats that it stands in. Adapters, merging, folders and sets
// of weights are loops over it. What is in a layer is its `part_list`, of entries of two kinds:
//     part<Name, Layer>, added_part<Name, Layer>     a named part; one that an adapter has added
//     layer_run<First, Count, Block>                 numbered layers of one type, in a container
// A container of layers is written once: it states its runs, and `rebuilt<Runs...>`, what it is
// with other runs. One of named parts alone states nothing more.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/expression/flatten.hpp"
#include "hone/meta/list.hpp"

namespace hone {

/// How a weight starts: 0 zeros, 1 ones, 2 normal with a deviation, 3 uniform up to sqrt(deviation
/// / columns), 4 the lengths of the rows of another weight, 5 a constant (the deviation), 6 normal
/// with the deviation as its variance.
struct weight_start {
    int kind = 0;
    double deviation = 0;
    bool frozen = false, allocated = false;
};
constexpr weight_start start_of(zeros) { return {}; }
constexpr weight_start start_of(ones) { return {1}; }
template <int Thousandths>
constexpr weight_start start_of(normal<Thousandths>) {
    return {2, Thousandths / 1000.0};
}
constexpr weight_start start_of(kaiming) { return {3, 1}; }
constexpr weight_start start_of(he_uniform) { return {3, 6}; }
constexpr weight_start start_of(row_norms) { return {4}; }
template <int Thousandths>
constexpr weight_start start_of(filled<Thousandths>) {
    return {5, Thousandths / 1000.0};
}
template <long Numerator, long Denominator>
constexpr weight_start start_of(normal_of_variance<Numerator, Denominator>) {
    return {6, static_cast<double>(Numerator) / static_cast<double>(Denominator)};
}
template <class Initial>
constexpr weight_start start_of(frozen<Initial>) {
    auto start = start_of(Initial{});
    start.frozen = true;
    return start;
}
template <class Initial>
constexpr weight_start start_of(allocated<Initial>) {
    auto start = start_of(Initial{});
    start.allocated = true;
    return start;
}

/// A layer or a weight; what stands in all layers of a run is one place. Of a layer `at` says only
/// where it is.
struct tree_place {
    weight_entry at{};
    bool is_weight = false;
};

namespace detail {

template <class Layer>
inline constexpr bool is_weight = false;
template <int Rows, int Columns, class Initial>
inline constexpr bool is_weight<matrix<Rows, Columns, Initial>> = true;
template <int Length, class Initial>
inline constexpr bool is_weight<vector<Length, Initial>> = true;

template <class Entry>
inline constexpr bool is_added = false;
template <class Name, class Layer>
inline constexpr bool is_added<added_part<Name, Layer>> = true;
template <class Entry>
inline constexpr bool is_run = requires {
    Entry::first;
};
/// How many layers an entry is.
template <class Entry>
constexpr int layers_of() {
    if constexpr (is_run<Entry>) return Entry::count;
    else return 1;
}

constexpr void begin_as(weight_entry& w, weight_start start) {
    w.initial = start.kind;
    w.deviation = start.deviation;
    w.frozen = start.frozen;
    w.allocated = start.allocated;
}
template <int Rows, int Columns, class Initial>
constexpr void describe(weight_entry& w, const matrix<Rows, Columns, Initial>*) {
    w.rows = Rows;
    w.columns = Columns;
    begin_as(w, start_of(Initial{}));
}
template <int Length, class Initial>
constexpr void describe(weight_entry& w, const vector<Length, Initial>*) {
    w.columns = Length;
    w.vector = true;
    begin_as(w, start_of(Initial{}));
}

/// Where the layer of an entry stands, of `repeated` layers where it is a run.
template <class Entry>
constexpr tree_place below(tree_place at, int repeated) {
    auto& w = at.at;
    w.path.append(Entry::name::value);
    w.adapter = w.adapter || is_added<Entry>;
    if constexpr (is_run<Entry>) {
        if (w.depth == 0) w.repeated = repeated;
        if (w.depth < 2) {
            w.layers[w.depth] = Entry::count;
            w.from[w.depth] = Entry::first;
        }
        ++w.depth;
    }
    return at;
}

/// The one walk: `layers` are the types of a layer and of all that is in it, each before what is in
/// it; `to` writes their places in the same order.
template <class Layer>
struct walk {
    static_assert(is_weight<Layer>, HONE_E030);
    using layers = types<Layer>;
    static constexpr void to(tree_place*& out, tree_place at) {
        at.is_weight = true;
        if constexpr (is_weight<Layer>) describe(at.at, static_cast<const Layer*>(nullptr));
        *out++ = at;
    }
};
template <class Layer>
requires requires { typename Layer::part_list; }
struct walk<Layer> {
    template <class... Entries>
    static auto all(boost::hana::tuple<Entries...>*)
        -> concatenated<types<Layer>, typename walk<typename Entries::layer>::layers...>;
    using layers = decltype(all(static_cast<typename Layer::part_list*>(nullptr)));
    static constexpr void to(tree_place*& out, const tree_place& at) {
        *out++ = at;
        [&]<class... Entries>(boost::hana::tuple<Entries...>*) {
            (walk<typename Entries::layer>::to(
                 out, below<Entries>(at, (0 + ... + layers_of<Entries>()))),
             ...);
        }(static_cast<typename Layer::part_list*>(nullptr));
    }
};

template <class... Layers>
constexpr std::size_t places_in(types<Layers...>) {
    return sizeof...(Layers);
}
template <class... Layers>
constexpr std::size_t weights_in(types<Layers...>) {
    return (std::size_t{0} + ... + is_weight<Layers>);
}

} // namespace detail

/// The types of all layers and weights of a model, one for each place of `tree<Model>`.
template <class Model>
using tree_layers = typename detail::walk<Model>::layers;
/// Every layer and weight of a model; the model itself is the first.
template <class Model>
inline constexpr auto tree = [] {
    std::array<tree_place, detail::places_in(tree_layers<Model>{})> all{};
    auto* out = all.data();
    detail::walk<Model>::to(out, {});
    return all;
}();

/// The model under all adapters.
template <class Model>
struct plain_of {
    using type = Model;
};
template <class Model>
requires requires { typename Model::adapters; }
struct plain_of<Model> : plain_of<typename Model::base> {};
template <class Model>
using plain_model = typename plain_of<Model>::type;

/// Copies of a place over all layers.
constexpr int copies(const weight_entry& w) { return w.layers[0] * w.layers[1]; }
/// The full name of a copy.
constexpr path_text name_of(const weight_entry& w, int copy) {
    const int layer[2] = {w.from[0] + (w.depth == 2 ? copy / w.layers[1] : copy),
                          w.from[1] + (w.depth == 2 ? copy % w.layers[1] : 0)};
    return concrete(w.path.view(), layer);
}

} // namespace hone
