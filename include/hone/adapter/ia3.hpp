// IA3, "infused adapter by inhibiting and amplifying inner activations" (Liu et al. 2022): a learned factor a column, on what a layer gives (keys,
// values) or, with `of_input`, on what it takes (the second product of a network). Factors start at 1.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/merge.hpp"
#include "hone/adapter/options.hpp"
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// The factors are on the layer's input.
struct of_input {};

/// Options: of_input.
template <class... Options>
struct ia3 {
    static constexpr bool scales_input = has_option<of_input, Options...>;

    template <int Width>
    struct factors {
        HONE_PARTS((l, vector<Width, ones>))
    };
    template <class Layer>
    using asks = conditions<is_product<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (ia3, factors<scales_input ? Layer::inputs : Layer::outputs>))
        static constexpr auto call(auto self, auto x) {
            if constexpr (scales_input) return Layer::call(self, x * self.ia3.l);
            else return Layer::call(self, x) * self.ia3.l;
        }
        /// The columns of W by the factors, or its rows and the bias.
        static void merge(auto weights) {
            const auto l = weights("ia3.l").values;
            auto& w = weights("weight");
            for (std::size_t i = 0; i < w.values.size(); ++i)
                w.values[i] *= l[scales_input ? i % static_cast<std::size_t>(w.columns) : i / static_cast<std::size_t>(w.columns)];
            if (scales_input || !weights.has("bias")) return;
            auto& bias = weights("bias");
            for (std::size_t i = 0; i < l.size(); ++i) bias.values[i] *= l[i];
        }
    };
};

} // namespace hone
