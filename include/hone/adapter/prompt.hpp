// Prompt tuning (Lester et al. 2021): n virtual tokens before each text, whose rows are learned instead of looked up. They go around the table of the
// words, pass everything that a token passes (positions 0 to n - 1, type 0, the norm), and the first of them is the row that a pooler reads; a text
// may have n tokens fewer. Weights: `prompt.rows` (n, width), drawn with deviation 1 as PEFT does. Cost: n more rows a sequence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/adapter/options.hpp"
#include "hone/expression/longer.hpp"
#include "hone/layer/tree.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

namespace detail {

/// How often virtual tokens are put before a text by one of these layers.
template <class... Layers>
constexpr int virtual_tables(types<Layers...>) {
    const auto of = []<class Layer>(Layer*) {
        if constexpr (requires { Layer::virtual_tables; }) return Layer::virtual_tables;
        else return 0;
    };
    return (0 + ... + of(static_cast<Layers*>(nullptr)));
}

} // namespace detail

/// Of a model: one adapter at most puts virtual tokens before its texts, around one table.
HONE_CONDITION(has_one_virtual_table, HONE_E042, detail::virtual_tables(tree_layers<Subject>{}) == 1)

/// A table in front of which virtual tokens stand; `Own` gives their rows from the bound parts.
template <class Layer, int N, class Own>
struct with_virtual_rows : Layer {
    static constexpr int virtual_tables = 1 + detail::virtual_tables(tree_layers<Layer>{});
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
    using asks = conditions<is_table<Layer>>;
    template <class Model>
    using asks_of_model = conditions<has_one_virtual_table<Model>>;
    template <class Layer>
    struct around : with_virtual_rows<Layer, count, prompt> {
        HONE_ADDED_PARTS(Layer, (prompt, prompt_rows<count, Layer::table_width>))
    };
};

} // namespace hone
