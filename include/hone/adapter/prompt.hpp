// Prompt tuning (Lester et al. 2021): n virtual tokens before each text, whose rows are learned instead of looked up. They go around the table of the
// words, pass everything that a token passes (positions 0 to n - 1, type 0, the norm), and the first of them is the row that a pooler reads; a text
// may have n tokens fewer. Weights: `prompt.rows` (n, width), drawn with deviation 1 as PEFT does. Cost: n more rows a sequence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/options.hpp"
#include "hone/expression/longer.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// A table in front of which virtual tokens stand; `Own` gives their rows from the bound parts.
template <class Layer, int N, class Own>
struct with_virtual_rows : Layer {
    static_assert(requires { Layer::table_rows; }, HONE_E041);
    static_assert(!requires { Layer::virtual_count; }, HONE_E042);
    static constexpr int virtual_count = N;
    static constexpr int merge = 0; ///< hides that of the layer inside: rows before a text are no change of a weight
    static constexpr auto call(auto self, auto ids) {
        using rows = typename virtual_rows_of<typename decltype(ids)::kind>::type;
        if constexpr (std::is_void_v<rows>) return Layer::call(self, ids); // looked up outside of the model: no text
        else return Layer::call(self, ids) + look_up(Own::table(self), rows{});
    }
};

template <int N, int Width>
struct prompt_rows {
    HONE_PARTS((rows, matrix<N, Width, normal<1000>>))
};

/// Options: virtual_tokens<N> (8).
template <class... Options>
struct prompt {
    static constexpr int count = option<virtual_tokens, virtual_tokens<8>, Options...>::value;
    static constexpr auto given(token_field auto tokens) { return with_virtual_tokens<count>(tokens); }
    static constexpr auto table(auto self) { return self.prompt.rows; }

    template <class Layer>
    struct around : with_virtual_rows<Layer, count, prompt> {
        HONE_ADDED_PARTS(Layer, (prompt, prompt_rows<count, Layer::table_width>))
    };
};

} // namespace hone
