// Prefix tuning (Li and Liang 2021): keys and values of their own before those of every sequence, in each self-attention that it goes around. They are no
// rows and ask nothing, but they take positions: the tokens of a text stand at n, n + 1, ... (as with keys that a cache holds), so a text may have n
// tokens fewer. Weights: `prefix.key` and `prefix.value` (n, width), drawn with deviation 1 as PEFT does.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/options.hpp"
#include "hone/expression/longer.hpp"

namespace hone {

template <int N, int Width>
struct prefix_rows {
    HONE_PARTS((key, matrix<N, Width, normal<1000>>), (value, matrix<N, Width, normal<1000>>))
};

/// Options: virtual_tokens<N> (8).
template <class... Options>
struct prefix {
    static constexpr int count = option<virtual_tokens, virtual_tokens<8>, Options...>::value;
    static constexpr auto given(token_field auto tokens) { return with_positions_from<count>(tokens); }

    template <class Layer>
    using asks = conditions<is_attention<Layer>>;
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (prefix, prefix_rows<count, Layer::attended_width>))
        static constexpr auto call(auto self, auto x) { return Layer::call_behind(self, x, self.prefix.key, self.prefix.value); }
    };
};

} // namespace hone
