// Llama (Touvron et al. 2023; Llama 3: Grattafiori et al. 2024; SmolLM) as a composition of parts,
// and what its published folders call them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/model/rotary_decoder.hpp"

namespace hone {

/// Attention and a gated network, all without biases.
template <class Width, class Heads, class KeyHeads, class Size, class Inner, class Epsilon,
          class Activation>
using llama_block = rotary_block<Width, Epsilon, rotary_attention<Width, Heads, KeyHeads, Size>,
                                 gated_feed_forward<Width, Inner, Activation>>;

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class KeyHeads, class Size, class Inner,
          class Vocabulary, class Positions, class Rotary = rotary<10000>,
          class Epsilon = epsilon<6>, class Activation = silu_,
          class Block = llama_block<Width, Heads, KeyHeads, Size, Inner, Epsilon, Activation>>
struct llama : rotary_decoder<Layers, Width, Heads, KeyHeads, Size, Inner, Vocabulary, Positions,
                              Rotary, causal, Epsilon, Activation, Block> {};

inline constexpr auto llama_counts = rotary_counts(32000, 11008, 2048);
inline void settle_llama(const json_view& root, model_config& config) {
    detail::settle_heads(root, config);
    detail::settle_rotary(root, config);
    detail::settle_tied(root, config, false);
    detail::refuse_if_true(root, {"attention_bias", "mlp_bias"});
}
inline constexpr published_head llama_heads[] = {
    {"lm", "LlamaForCausalLM", word_head, false, false}};
inline constexpr model_family llama_family =
    rotary_family("llama", llama_counts, settle_llama, llama_heads, "LlamaTokenizer");

template <class... Arguments>
struct family<llama<Arguments...>> {
    static constexpr auto& published = llama_family;
    static std::vector<expected_field> fields() {
        return rotary_decoder_fields<llama<Arguments...>>();
    }
};

} // namespace hone
