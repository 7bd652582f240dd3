// P-tuning (Liu et al. 2021): the virtual tokens of prompt tuning, whose rows a small network makes, the same for every text. The network is that of PEFT's
// encoder (three linear layers with relu between them). Only its result is a prompt: `m.<table>.ptuning()` is that expression, what a file keeps; read
// again it is a `prompt` of as many tokens.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/prompt.hpp"
#include "hone/layer/linear.hpp"
#include "hone/op/activations.hpp"

namespace hone {

/// () -> (n, Width)
template <int N, int Width, int Inner>
struct prompt_encoder {
    HONE_PARTS((rows, matrix<N, Width, normal<1000>>), (first, linear<width<Width>, width<Inner>, kaiming>), (second, linear<width<Inner>, width<Inner>, kaiming>),
               (third, linear<width<Inner>, width<Width>, kaiming>))
    static constexpr auto call(auto self) { return self.third(relu(self.second(relu(self.first(self.rows))))); }
};

/// Options: virtual_tokens<N> (8), inner<N> (the table's width).
template <class... Options>
struct ptuning {
    static constexpr int count = option<virtual_tokens, virtual_tokens<8>, Options...>::value;
    static constexpr auto given(token_field auto tokens) { return with_virtual_tokens<count>(tokens); }
    static constexpr auto table(auto self) { return self.ptuning(); }

    template <class Layer>
    using asks = conditions<is_table<Layer>>;
    template <class Model>
    using asks_of_model = conditions<has_one_virtual_table<Model>>;
    template <class Layer>
    struct around : with_virtual_rows<Layer, count, ptuning> {
        static constexpr int inner_width = option<inner, inner<Layer::table_width>, Options...>::value;
        HONE_ADDED_PARTS(Layer, (ptuning, prompt_encoder<count, Layer::table_width, inner_width>))
    };
};

} // namespace hone
