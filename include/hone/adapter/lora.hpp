// Low-rank adaptation (LoRA; Hu et al. 2021): beside a frozen product W x runs (alpha / rank) B A x, A drawn and B zero at the start. Around a
// linear layer the weights are `lora.a` (rank, in) and `lora.b` (out, rank); around an embedding `lora.a` is a table (rows, rank) of zeros and
// `lora.b` is drawn, as PEFT does.
// The order is (x A) B, not x (W + A B): its products are rank * (in + out) a row and are needed for the gradient of B anyway; a sum of matrices
// would take rank * in * out a step and the base's product over again in the backward pass of A.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/merge.hpp"
#include "hone/adapter/options.hpp"
#include "hone/op/elementwise/elementwise.hpp"
#include "hone/op/product/product.hpp"
#include "hone/op/random/dropout.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

namespace detail {

constexpr double root(double x) {
    double r = x > 1 ? x : 1;
    for (int i = 0; i < 60; ++i) r = 0.5 * (r + x / r);
    return r;
}

} // namespace detail

/// x * Factor::value, a number known to the compiler.
template <class Factor>
struct scaled_by_ : elementwise {
    static constexpr op_traits traits{.linear = true};
    static constexpr auto value(auto x) { return x * number_in<decltype(x)>(Factor::value); }
    static constexpr void reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.element<scaled_by_>({b.of(self)})); }
};

/// alpha / rank, or alpha / sqrt(rank).
template <class Rank, class Alpha, bool Stabilised>
struct low_rank_factor {
    static constexpr double value = Alpha::value / (Stabilised ? detail::root(Rank::value) : Rank::value);
};

/// Factor B A x: (rows, In) -> (rows, Out). The factor stands where the rows are narrow: the gradient of a row of B A x is then the base's own.
template <int In, int Rank, int Out, bool Drops, class Factor>
struct low_rank {
    HONE_PARTS((a, matrix<Rank, In, kaiming>), (b, matrix<Out, Rank, zeros>))
    static constexpr auto call(auto self, auto x) {
        if constexpr (Drops) return narrow(self, dropped<site<path<>>>(x, value<"adapter_dropout", 0>));
        else return narrow(self, x);
    }
    static constexpr auto narrow(auto self, auto x) { return product(function<scaled_by_<Factor>>{}(product(x, self.a)), self.b); }
};
/// The same of a table's rows: ids (rows) -> (rows, Width).
template <int Rows, int Rank, int Width, class Factor>
struct low_rank_table {
    HONE_PARTS((a, matrix<Rows, Rank, zeros>), (b, matrix<Width, Rank, normal<1000>>))
    static constexpr auto call(auto self, auto ids) { return product(function<scaled_by_<Factor>>{}(look_up(self.a, ids)), self.b); }
};

/// Options: rank<N> (8), alpha<N> (8), stabilised, with_dropout.
template <class... Options>
struct lora {
    using rank_option = option<rank, rank<8>, Options...>;
    using alpha_option = option<alpha, alpha<8>, Options...>;
    static constexpr bool is_stabilised = has_option<stabilised, Options...>, drops = has_option<with_dropout, Options...>;
    using factor = low_rank_factor<rank_option, alpha_option, is_stabilised>;

    template <class Layer>
    using asks = conditions<is_product_or_table<Layer>>;
    template <class Layer>
    struct around : Layer {
        static constexpr auto pair() {
            if constexpr (requires { Layer::table_rows; }) return low_rank_table<Layer::table_rows, rank_option::value, Layer::table_width, factor>{};
            else if constexpr (requires { Layer::inputs; }) return low_rank<Layer::inputs, rank_option::value, Layer::outputs, drops, factor>{};
        }
        HONE_ADDED_PARTS(Layer, (lora, decltype(pair())))
        static constexpr auto call(auto self, auto x) { return Layer::call(self, x) + self.lora(x); }
        /// W + factor B A; of a table, each row r + factor B a(r).
        static void merge(auto weights) {
            const auto a = element_of(weights("lora.a")), b = element_of(weights("lora.b"));
            if constexpr (requires { Layer::table_rows; })
                add_product(weights("weight"), rank_option::value, factor::value, a, [&](int k, int c) { return b(c, k); });
            else add_product(weights("weight"), rank_option::value, factor::value, b, a);
        }
    };
};

} // namespace hone
