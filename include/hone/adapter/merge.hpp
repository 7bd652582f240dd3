// Merging: what an adapter does to a product, put into the product's weights, so that the plain model gives the same outputs at no cost. An adapter
// that can be merged says how in `around<Layer>::merge`, on the weights of its own layer; one that cannot (a bottleneck, a prefix) is refused.
// Sums are made in double and rounded once. What a merge changed is kept, so that unmerge gives back the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "hone/adapter/adapt.hpp"
#include "hone/layer/parameters.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Weights of one layer by their names in it ("weight", "lora.a"), for merging. Rows end to end.
template <class T>
class layer_weights {
public:
    layer_weights(std::vector<named_weight<T>>& all, std::string prefix) : all_(&all), prefix_(std::move(prefix)) {}
    /// Throws parameters.no_such_weight.
    named_weight<T>& operator()(std::string_view name) const { return at(prefix_ + std::string(name)); }
    /// By its name in the whole model.
    named_weight<T>& at(std::string_view name) const {
        for (auto& w : *all_)
            if (w.name == name) return w;
        throw error("parameters.no_such_weight", "the model has no weight of this name", {.name = std::string(name)});
    }
    bool has(std::string_view name) const {
        for (const auto& w : *all_)
            if (w.name == prefix_ + std::string(name)) return true;
        return false;
    }
    const std::string& prefix() const { return prefix_; }

private:
    std::vector<named_weight<T>>* all_;
    std::string prefix_;
};

namespace detail {

/// Does each adapter around a layer know how to merge?
template <class Layer>
constexpr bool merges() {
    if constexpr (requires { typename Layer::inside; }) return requires(layer_weights<float> w) { Layer::merge(w); } && merges<typename Layer::inside>();
    else return true;
}
template <class... Layers>
constexpr bool all_merge(types<Layers...>) { return (merges<Layers>() && ...); }
/// Merges the adapters around one layer, the inner ones first.
template <class Layer, class T>
void merge_at(const layer_weights<T>& weights) {
    if constexpr (requires { typename Layer::inside; }) {
        static_assert(requires { Layer::merge(weights); }, HONE_E039);
        merge_at<typename Layer::inside>(weights);
        if constexpr (requires { Layer::merge(weights); }) Layer::merge(weights);
    }
}
/// All adapters of a model, those in a layer before those around it.
template <class Model, class T, class... Layers>
void merge_all(std::vector<named_weight<T>>& all, types<Layers...>) {
    static constexpr void (*merge_one[])(const layer_weights<T>&) = {merge_at<Layers, T>...};
    for (auto i = tree<Model>.size(); i-- > 0;)
        for (int k = 0; k < copies(tree<Model>[i].at); ++k) {
            const auto path = name_of(tree<Model>[i].at, k);
            merge_one[i](layer_weights<T>(all, std::string(path.view()) + (path.size > 0 ? "." : "")));
        }
}

template <class Model, class T>
std::vector<named_weight<T>> weights_of(parameters<Model, T>& model) {
    std::vector<named_weight<T>> all;
    model.each([&](named_weight<T> w) { all.push_back(std::move(w)); });
    return all;
}
template <class Model, class T>
std::vector<named_weight<const T>> weights_of(const parameters<Model, T>& model) {
    std::vector<named_weight<const T>> all;
    model.each([&](named_weight<const T> w) { all.push_back(std::move(w)); });
    return all;
}

} // namespace detail

/// Has the model adapters, and can all of them be merged?
template <class Model>
inline constexpr bool can_merge = requires { typename Model::adapters; } && detail::all_merge(tree_layers<Model>{});

/// to += factor * left (rows, n) right (n, columns); `left` and `right` give elements.
template <class T, class Left, class Right>
void add_product(named_weight<T>& to, int n, double factor, Left left, Right right) {
    for (int r = 0; r < to.rows; ++r)
        for (int c = 0; c < to.columns; ++c) {
            double sum = 0;
            for (int k = 0; k < n; ++k) sum += left(r, k) * right(k, c);
            T& v = to.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(to.columns) + static_cast<std::size_t>(c)];
            v = static_cast<T>(static_cast<double>(v) + factor * sum);
        }
}
/// The element of a matrix, as double.
template <class T>
auto element_of(const named_weight<T>& w) {
    return [&w](int r, int c) { return static_cast<double>(w.values[static_cast<std::size_t>(r) * static_cast<std::size_t>(w.columns) + static_cast<std::size_t>(c)]); };
}

/// A plain model, and what a merge took from the adapted one: the adapters' weights, and the base's that it changed.
template <class Model, class T>
struct merged_model {
    parameters<plain_model<Model>, T> model;
    std::vector<std::pair<std::string, std::vector<T>>> kept;
};

/// The plain model with every adapter merged into its weights; the adapted one is left as it is. An adapter that cannot be merged does not compile.
template <class Model, class T>
merged_model<Model, T> merge(const parameters<Model, T>& adapted) {
    parameters<Model, T> changed(adapted.classes());
    changed.copy(adapted);
    auto all = detail::weights_of(changed);
    detail::merge_all<Model>(all, tree_layers<Model>{});
    merged_model<Model, T> made{parameters<plain_model<Model>, T>(adapted.classes()), {}};
    auto plain = detail::weights_of(made.model);
    const auto before = detail::weights_of(adapted);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto to = std::find_if(plain.begin(), plain.end(), [&](const auto& w) { return w.name == all[i].name; });
        if (to != plain.end()) std::copy(all[i].values.begin(), all[i].values.end(), to->values.begin());
        if (to == plain.end() || !std::equal(all[i].values.begin(), all[i].values.end(), before[i].values.begin()))
            made.kept.emplace_back(all[i].name, std::vector<T>(before[i].values.begin(), before[i].values.end()));
    }
    return made;
}
/// The adapted model again, bit by bit.
template <class Model, class T>
parameters<Model, T> unmerge(const merged_model<Model, T>& merged) {
    parameters<Model, T> adapted(merged.model.classes());
    const auto plain = detail::weights_of(merged.model);
    adapted.each([&](named_weight<T> w) {
        for (const auto& k : merged.kept)
            if (k.first == w.name) return void(std::copy(k.second.begin(), k.second.end(), w.values.begin()));
        for (const auto& p : plain)
            if (p.name == w.name) std::copy(p.values.begin(), p.values.end(), w.values.begin());
    });
    return adapted;
}

} // namespace hone
HONE_COMPACT_END
