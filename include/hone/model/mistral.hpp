// Mistral (Jiang et al. 2023): Llama's blocks, whose tokens may see a window of those before them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/model/rotary_decoder.hpp"

namespace hone {

/// Attention through a window (`causal`: none) and a gated network, all without biases.
template <class Width, class Heads, class KeyHeads, class Size, class Inner, class Seen,
          class Epsilon, class Activation>
using mistral_block =
    rotary_block<Width, Epsilon, rotary_attention<Width, Heads, KeyHeads, Size, Seen>,
                 gated_feed_forward<Width, Inner, Activation>>;

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class KeyHeads, class Size, class Inner,
          class Vocabulary, class Positions, class Rotary = rotary<10000>,
          class Seen = sliding_window<4096>, class Epsilon = epsilon<6>, class Activation = silu_,
          class Block =
              mistral_block<Width, Heads, KeyHeads, Size, Inner, Seen, Epsilon, Activation>>
struct mistral : rotary_decoder<Layers, Width, Heads, KeyHeads, Size, Inner, Vocabulary, Positions,
                                Rotary, Seen, Epsilon, Activation, Block> {};

inline constexpr auto mistral_counts = rotary_counts(32000, 14336, 131072);
inline void settle_mistral(const json_view& root, model_config& config) {
    detail::settle_heads(root, config, 8);
    detail::settle_rotary(root, config);
    detail::settle_tied(root, config, false);
    detail::settle_window(root, config, 4096);
}
inline constexpr published_head mistral_heads[] = {
    {"lm", "MistralForCausalLM", word_head, false, false}};
inline constexpr model_family mistral_family =
    rotary_family("mistral", mistral_counts, settle_mistral, mistral_heads, "LlamaTokenizer");

template <class... Arguments>
struct family<mistral<Arguments...>> {
    static constexpr auto& published = mistral_family;
    static std::vector<expected_field> fields() {
        auto all = rotary_decoder_fields<mistral<Arguments...>>();
        constexpr int window = mistral<Arguments...>::seen::window;
        all.push_back({"sliding_window", window > 0 ? json(window) : json()});
        return all;
    }
};

} // namespace hone
