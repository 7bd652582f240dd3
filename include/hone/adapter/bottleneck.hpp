// Bottleneck adapters: a small network with a detour added to what a sublayer gives, before the residual sum and its norm. Each goes around a layer
// that adds and normalizes (`add_and_norm`), where d is the sublayer's result after dropout and x what the sublayer took:
//     houlsby    d + up(act(down(d)))                     after attention and after the network (Houlsby et al. 2019)
//     pfeiffer   d + up(act(down(norm(x + d))))           after the network alone (Pfeiffer et al. 2020), the layer's own norm before it
//     parallel   d + s up(act(down(x)))                   beside the network (He et al. 2022), s = 4
// Activations, sizes and where the norm stands are those of the adapters library's configurations double_seq_bn, seq_bn and par_bn.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/options.hpp"
#include "hone/layer/linear.hpp"
#include "hone/op/activations.hpp"

namespace hone {

/// up(act(down(x))): (rows, Width) -> the same, through (rows, Inner).
template <int Width, int Inner, class Activation>
struct bottleneck {
    HONE_PARTS((down, linear<width<Width>, width<Inner>>), (up, linear<width<Inner>, width<Width>>))
    static constexpr auto call(auto self, auto x) { return self.up(function<Activation>{}(self.down(x))); }
};

/// Options: reduction<N> (16).
template <class... Options>
struct houlsby {
    static constexpr int reduced = option<reduction, reduction<16>, Options...>::value;
    template <class Layer>
    using asks = conditions<closes_a_sublayer<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (houlsby, bottleneck<Layer::sum_width, Layer::sum_width / reduced, silu_>))
        static constexpr auto sum(auto self, auto x, auto d) { return Layer::sum(self, x, d + self.houlsby(d)); }
        static constexpr auto call(auto self, auto x, auto h) { return sum(self, x, self.dropout(h)); }
    };
};
/// Options: reduction<N> (16).
template <class... Options>
struct pfeiffer {
    static constexpr int reduced = option<reduction, reduction<16>, Options...>::value;
    template <class Layer>
    using asks = conditions<closes_a_sublayer<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (pfeiffer, bottleneck<Layer::sum_width, Layer::sum_width / reduced, relu_>))
        static constexpr auto sum(auto self, auto x, auto d) { return Layer::sum(self, x, d + self.pfeiffer(Layer::norm(self, x + d))); }
        static constexpr auto call(auto self, auto x, auto h) { return sum(self, x, self.dropout(h)); }
    };
};
/// Options: reduction<N> (2).
template <class... Options>
struct parallel {
    static constexpr int reduced = option<reduction, reduction<2>, Options...>::value;
    template <class Layer>
    using asks = conditions<closes_a_sublayer<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (parallel, bottleneck<Layer::sum_width, Layer::sum_width / reduced, relu_>))
        static constexpr auto sum(auto self, auto x, auto d) { return Layer::sum(self, x, d + scaled<4>(self.parallel(x))); }
        static constexpr auto call(auto self, auto x, auto h) { return sum(self, x, self.dropout(h)); }
    };
};

} // namespace hone
