// Vector-based random matrix adaptation (VeRA; Kopiczko et al. 2024): beside W x runs b * B (d * A x), where A and B are drawn once, are the same for
// every adapted layer and never train: they stand at the root of the model as `vera.a` (rank, in) and `vera.b` (out, rank). A layer's own are the
// vectors `vera.d` (rank), which start at 0.1, and `vera.b` (out), which start at 0. The matrices have the largest widths of all adapted layers; a
// narrower one takes the first columns of A and the first rows of B, as PEFT does.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/lora.hpp"
#include "hone/op/leading/leading.hpp"

namespace hone {

/// Options: rank<N> (256), with_dropout.
template <class... Options>
struct vera {
    using rank_option = option<rank, rank<256>, Options...>;
    static constexpr int R = rank_option::value;
    static constexpr bool drops = has_option<with_dropout, Options...>;

    template <int Out>
    struct vectors {
        HONE_PARTS((d, vector<R, filled<100>>), (b, vector<Out>))
        /// b * B (d * A x)
        static constexpr auto call(auto self, auto x, auto a, auto b) {
            if constexpr (drops) return self.b * product(self.d * product(dropped<site<path<>>>(x, value<"adapter_dropout", 0>), a), b);
            else return self.b * product(self.d * product(x, a), b);
        }
    };
    template <class Layer>
    using asks = conditions<is_product<Layer>>;
    /// Among layers of at most In inputs and Out outputs.
    template <int In, int Out>
    struct among {
        struct matrices {
            HONE_PARTS((a, matrix<R, In, frozen<he_uniform>>), (b, matrix<Out, R, frozen<he_uniform>>))
        };
        /// The model that holds the matrices.
        template <class Model>
        struct at_root : Model {
            HONE_ADDED_PARTS(Model, (vera, matrices))
            static constexpr auto call(auto self, auto... x) { return Model::call(self, x...); }
            static void merge(auto) {}
        };
        template <class Layer>
        using asks = typename vera::template asks<Layer>;
        template <class Layer>
        struct around : Layer {
            HONE_ADDED_PARTS(Layer, (vera, vectors<Layer::outputs>))
            static constexpr bound<matrix<R, In, frozen<he_uniform>>, from_root<path<part_name<"vera">, part_name<"a">>>> a{};
            static constexpr bound<matrix<Out, R, frozen<he_uniform>>, from_root<path<part_name<"vera">, part_name<"b">>>> b{};
            static constexpr auto call(auto self, auto x) {
                return Layer::call(self, x) + self.vera(x, leading<R, Layer::inputs>(a), leading<Layer::outputs, R>(b));
            }
            /// W + diag(b) B diag(d) A.
            static void merge(auto weights) {
                const auto left = element_of(weights.at("vera.b")), right = element_of(weights.at("vera.a"));
                const auto d = weights("vera.d").values, scale = weights("vera.b").values;
                add_product(weights("weight"), R, 1.0, [&](int r, int k) { return static_cast<double>(scale[static_cast<std::size_t>(r)]) * left(r, k); },
                            [&](int k, int c) { return static_cast<double>(d[static_cast<std::size_t>(k)]) * right(k, c); });
            }
        };
    };
};

} // namespace hone
