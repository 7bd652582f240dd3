// Qwen2 and Qwen2.5 (Yang et al. 2024): Llama's blocks with biases on queries, keys and values.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/model/rotary_decoder.hpp"

namespace hone {

/// Attention whose queries, keys and values have a bias, and a gated network.
template <class Width, class Heads, class KeyHeads, class Size, class Inner, class Epsilon,
          class Activation>
using qwen2_block =
    rotary_block<Width, Epsilon,
                 rotary_attention<Width, Heads, KeyHeads, Size, causal,
                                  linear<Width, width<Heads::value * Size::value>>,
                                  linear<Width, width<KeyHeads::value * Size::value>>>,
                 gated_feed_forward<Width, Inner, Activation>>;

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class KeyHeads, class Size, class Inner,
          class Vocabulary, class Positions, class Rotary = rotary<10000>,
          class Epsilon = epsilon<6>, class Activation = silu_,
          class Block = qwen2_block<Width, Heads, KeyHeads, Size, Inner, Epsilon, Activation>>
struct qwen2 : rotary_decoder<Layers, Width, Heads, KeyHeads, Size, Inner, Vocabulary, Positions,
                              Rotary, causal, Epsilon, Activation, Block> {};

inline constexpr auto qwen2_counts = rotary_counts(151936, 22016, 32768);
inline void settle_qwen2(const json_view& root, model_config& config) {
    detail::settle_heads(root, config, 32);
    detail::settle_rotary(root, config);
    detail::settle_tied(root, config, false);
    detail::refuse_windows(root);
}
inline constexpr published_head qwen2_heads[] = {
    {"lm", "Qwen2ForCausalLM", word_head, false, false}};
inline constexpr model_family qwen2_family =
    rotary_family("qwen2", qwen2_counts, settle_qwen2, qwen2_heads, "Qwen2Tokenizer");

template <class... Arguments>
struct family<qwen2<Arguments...>> {
    static constexpr auto& published = qwen2_family;
    static std::vector<expected_field> fields() {
        return rotary_decoder_fields<qwen2<Arguments...>>();
    }
};

} // namespace hone
