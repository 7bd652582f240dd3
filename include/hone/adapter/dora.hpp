// Weight-decomposed low-rank adaptation (DoRA; Liu et al. 2024): the rows of W + s B A are scaled to the lengths `dora.magnitude`, which train with
// A and B. The norm of each row is a constant of the step, as section 4.3 of the paper has it: no gradient goes through it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/lora.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone {

HONE_CONDITION(has_no_adapter, HONE_E055, !requires { typename Subject::inside; })

/// A (rank, in), B (out, rank) and the magnitudes (out), which start as the lengths of the rows of W.
template <int In, int Rank, int Out>
struct decomposed {
    HONE_PARTS((a, matrix<Rank, In, kaiming>), (b, matrix<Out, Rank, zeros>), (magnitude, vector<Out, row_norms>))
};

/// Options: rank<N> (8), alpha<N> (8), stabilised.
template <class... Options>
struct dora {
    using rank_option = option<rank, rank<8>, Options...>;
    using alpha_option = option<alpha, alpha<8>, Options...>;
    static constexpr bool is_stabilised = has_option<stabilised, Options...>;
    using factor = low_rank_factor<rank_option, alpha_option, is_stabilised>;

    template <class Layer>
    using asks = conditions<is_product<Layer>, has_no_adapter<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (dora, decomposed<Layer::inputs, rank_option::value, Layer::outputs>))
        static constexpr auto call(auto self, auto x) {
            constexpr function<scaled_by_<factor>> scale;
            const auto changed = self.weight + scale(times(self.dora.b, self.dora.a));
            const auto gain = self.dora.magnitude / as_constant_row(square_root(sum_columns(square(changed))));
            return Layer::call(self, x) + shifted<-1>(gain) * product(x, self.weight) +
                   gain * product(scale(product(x, self.dora.a)), self.dora.b);
        }
        /// W + factor B A, each row scaled to its magnitude.
        static void merge(auto weights) {
            auto& changed = weights("weight");
            std::vector<double> sums(changed.values.begin(), changed.values.end());
            const auto a = element_of(weights("dora.a")), b = element_of(weights("dora.b"));
            const auto columns = static_cast<std::size_t>(changed.columns);
            for (std::size_t r = 0; r < static_cast<std::size_t>(changed.rows); ++r) {
                double squares = 0;
                for (std::size_t c = 0; c < columns; ++c) {
                    double& v = sums[r * columns + c];
                    for (int k = 0; k < rank_option::value; ++k) v += factor::value * b(static_cast<int>(r), k) * a(k, static_cast<int>(c));
                    squares += v * v;
                }
                const double gain = static_cast<double>(weights("dora.magnitude").values[r]) / std::sqrt(squares);
                for (std::size_t c = 0; c < columns; ++c)
                    changed.values[r * columns + c] = static_cast<std::remove_cvref_t<decltype(changed.values[0])>>(gain * sums[r * columns + c]);
            }
        }
    };
};

} // namespace hone
