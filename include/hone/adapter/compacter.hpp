// Compacter (Karimi Mahabadi et al. 2021): a bottleneck in the places of `houlsby`, d + up(gelu(down(d))), whose two matrices are sums of n Kronecker
// products, of an (n, n) matrix that all layers share and one of rank 1 that is the layer's own. The shared ones are `compacter.rule` (n n, n) at the
// root of the model and serve down and up alike; a layer has `compacter.down` and `compacter.up` with `left` (n, in / n), `right` (n, out / n), `bias`.
// Sizes, activation and where it starts are those of the adapters library's configuration compacter: its rules begin at a deviation of 1e-4, so that
// the model begins almost as it was, and its factors normal with the variance 2 / (length + 1) (Glorot and Bengio 2010).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/options.hpp"
#include "hone/op/activations.hpp"
#include "hone/op/kronecker/kronecker.hpp"

namespace hone {

/// Can both widths be cut into N parts?
template <int In, int Out, int N>
inline constexpr bool cuts_evenly = In % N == 0 && Out % N == 0 && Out >= N;

/// (rows, In) -> (rows, Out) by a sum of N products.
template <int In, int Out, int N>
struct kronecker_linear {
    static_assert(cuts_evenly<In, Out, N>, HONE_E048);
    using rule_matrix = matrix<N * N, N, normal_of_variance<1, 100'000'000>>;
    HONE_PARTS((left, matrix<N, In / N, normal_of_variance<2, In / N + 1>>), (right, matrix<N, Out / N, normal_of_variance<2, Out / N + 1>>), (bias, vector<Out>))
    static constexpr bound<rule_matrix, from_root<path<part_name<"compacter">, part_name<"rule">>>> rule{};
    static constexpr auto call(auto self, auto x) { return times(x, kronecker_sum(rule, self.left, self.right)) + self.bias; }
};

/// Options: reduction<N> (32), products<N> (4).
template <class... Options>
struct compacter {
    static constexpr int reduced = option<reduction, reduction<32>, Options...>::value, count = option<products, products<4>, Options...>::value;

    struct shared {
        HONE_PARTS((rule, typename kronecker_linear<count, count, count>::rule_matrix))
    };
    template <int Width>
    struct bottleneck {
        HONE_PARTS((down, kronecker_linear<Width, Width / reduced, count>), (up, kronecker_linear<Width / reduced, Width, count>))
        static constexpr auto call(auto self, auto x) { return self.up(gelu(self.down(x))); }
    };
    /// The model that holds the rules.
    template <class Model>
    struct at_root : Model {
        HONE_ADDED_PARTS(Model, (compacter, shared))
        static constexpr auto call(auto self, auto... x) { return Model::call(self, x...); }
    };
    HONE_CONDITION(divides, HONE_E048, cuts_evenly<Subject::sum_width, Subject::sum_width / reduced, count>)
    template <class Layer>
    using asks = conditions<closes_a_sublayer<Layer>, divides<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (compacter, bottleneck<Layer::sum_width>))
        static constexpr auto sum(auto self, auto x, auto d) { return Layer::sum(self, x, d + self.compacter(d)); }
        static constexpr auto call(auto self, auto x, auto h) { return sum(self, x, self.dropout(h)); }
    };
};

} // namespace hone
