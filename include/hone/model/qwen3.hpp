// Qwen3 (Yang et al. 2025): Llama's blocks with a norm of each head's queries and keys.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/model/rotary_decoder.hpp"

namespace hone {

/// Attention with norms of queries and keys, and a gated network, all without biases.
template <class Width, class Heads, class KeyHeads, class Size, class Inner, class Epsilon,
          class Activation>
using qwen3_block = rotary_block<
    Width, Epsilon,
    rotary_attention<
        Width, Heads, KeyHeads, Size, causal, projection<Width, width<Heads::value * Size::value>>,
        projection<Width, width<KeyHeads::value * Size::value>>,
        projection<Width, width<KeyHeads::value * Size::value>>,
        projection<width<Heads::value * Size::value>, Width>, head_norm<Size, Epsilon::exponent>>,
    gated_feed_forward<Width, Inner, Activation>>;

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class KeyHeads, class Size, class Inner,
          class Vocabulary, class Positions, class Rotary = rotary<10000>,
          class Epsilon = epsilon<6>, class Activation = silu_,
          class Block = qwen3_block<Width, Heads, KeyHeads, Size, Inner, Epsilon, Activation>>
struct qwen3 : rotary_decoder<Layers, Width, Heads, KeyHeads, Size, Inner, Vocabulary, Positions,
                              Rotary, causal, Epsilon, Activation, Block> {};

inline constexpr auto qwen3_counts = rotary_counts(151936, 22016, 32768);
inline void settle_qwen3(const json_view& root, model_config& config) {
    detail::settle_heads(root, config, 32, 128);
    detail::settle_rotary(root, config);
    detail::settle_tied(root, config, false);
    detail::refuse_if_true(root, {"attention_bias"});
    detail::refuse_windows(root);
}
inline constexpr published_head qwen3_heads[] = {
    {"lm", "Qwen3ForCausalLM", word_head, false, false}};
inline constexpr model_family qwen3_family =
    rotary_family("qwen3", qwen3_counts, settle_qwen3, qwen3_heads, "Qwen2Tokenizer");

template <class... Arguments>
struct family<qwen3<Arguments...>> {
    static constexpr auto& published = qwen3_family;
    static std::vector<expected_field> fields() {
        return rotary_decoder_fields<qwen3<Arguments...>>();
    }
};

} // namespace hone
