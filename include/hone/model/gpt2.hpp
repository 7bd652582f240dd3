// GPT-2 (Radford et al. 2019; DistilGPT2) as a composition of parts, and what its published folders
// call them: their products hold (in, out).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/causal_attention.hpp"
#include "hone/layer/dropout.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/feed_forward.hpp"
#include "hone/layer/language_model.hpp"
#include "hone/layer/norm.hpp"
#include "hone/model/bert.hpp"
#include "hone/model/decoder_config.hpp"

namespace hone {

/// One layer, norms before the sublayers: (tokens, Width) -> the same.
template <class Width, class Heads, class Inner, class Activation, class Epsilon>
struct gpt2_block {
    HONE_PARTS(
        (attention_norm, layer_norm<Width, Epsilon::exponent>),
        (attention, joint_attention<Width, Heads>), (attention_dropout, hone::dropout),
        (feed_forward_norm, layer_norm<Width, Epsilon::exponent>),
        (feed_forward,
         hone::feed_forward<Width, Inner, Activation, conv1d<Width, Inner>, conv1d<Inner, Width>>),
        (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) {
        const auto y = x + self.attention_dropout(self.attention(self.attention_norm(x)));
        return y + self.dropout(self.feed_forward(self.feed_forward_norm(y)));
    }
};

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class Inner, class Vocabulary, class Positions,
          class Activation = gelu_tanh_, class Epsilon = epsilon<5>,
          class Block = gpt2_block<Width, Heads, Inner, Activation, Epsilon>>
struct gpt2 {
    using layers = Layers;
    using width = Width;
    using heads = Heads;
    using inner = Inner;
    using vocabulary = Vocabulary;
    using positions = Positions;
    using activation = Activation;
    using epsilon = Epsilon;
    HONE_PARTS((word, embedding<Vocabulary, Width>), (position, embedding<Positions, Width>),
               (dropout, hone::dropout), (blocks, repeat<Layers::value, Block>),
               (norm, layer_norm<Width, Epsilon::exponent>))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.norm(
            self.blocks(self.dropout(self.word(tokens.ids) + self.position(tokens.positions))));
    }
};

inline constexpr config_count gpt2_counts[] = {
    {"vocab_size", &model_config::vocab_size, 50257},
    {"n_embd", &model_config::hidden_size, 768},
    {"n_layer", &model_config::num_hidden_layers, 12},
    {"n_head", &model_config::num_attention_heads, 12},
    {"n_inner", &model_config::intermediate_size, 0},
    {"n_positions", &model_config::max_position_embeddings, 1024}};
inline constexpr config_number gpt2_numbers[] = {
    {"layer_norm_epsilon", &model_config::layer_norm_eps, 1e-5, number_range::above_zero},
    {"initializer_range", &model_config::initializer_range, 0.02, number_range::not_below_zero},
    {"resid_pdrop", &model_config::hidden_dropout_prob, 0.1, number_range::share},
    {"attn_pdrop", &model_config::attention_probs_dropout_prob, 0.1, number_range::share}};
inline constexpr std::string_view gpt2_fields[] = {"n_ctx",
                                                   "embd_pdrop",
                                                   "scale_attn_weights",
                                                   "scale_attn_by_inverse_layer_idx",
                                                   "reorder_and_upcast_attn",
                                                   "summary_type",
                                                   "summary_use_proj",
                                                   "summary_activation",
                                                   "summary_proj_to_labels",
                                                   "summary_first_dropout",
                                                   "task_specific_params"};
inline constexpr renaming gpt2_names[] = {{"word.", "wte."},
                                          {"position.", "wpe."},
                                          {"blocks.", "h."},
                                          {"norm.", "ln_f."},
                                          {".attention_norm.", ".ln_1."},
                                          {".attention.projection.", ".attn.c_attn."},
                                          {".attention.output.", ".attn.c_proj."},
                                          {".feed_forward_norm.", ".ln_2."},
                                          {".feed_forward.up.", ".mlp.c_fc."},
                                          {".feed_forward.down.", ".mlp.c_proj."}};
inline constexpr std::string_view gpt2_buffers[] = {"h.*.attn.bias", "h.*.attn.masked_bias"};
inline constexpr renaming gpt2_words[] = {{"lm_head.", "lm_head."}};
inline constexpr published_head gpt2_heads[] = {
    {"lm", "GPT2LMHeadModel", gpt2_words, false, false}};

inline void settle_gpt2(const json_view& root, model_config& config) {
    detail::settle_tied(root, config, true);
    if (config.intermediate_size == 0) config.intermediate_size = 4 * config.hidden_size;
    detail::refuse_if_true(root, {"scale_attn_by_inverse_layer_idx"});
    if (detail::is_set(root, "scale_attn_weights") && !root["scale_attn_weights"].boolean())
        root["scale_attn_weights"].fail("config.not_supported",
                                        "attention without its scale is not built", "true");
}
inline constexpr model_family gpt2_family = {.config = {"gpt2", gpt2_counts, gpt2_numbers,
                                                        "activation_function", "classifier_dropout",
                                                        gpt2_fields, "gelu_new", settle_gpt2},
                                             .prefix = "transformer.",
                                             .names = gpt2_names,
                                             .old_endings = {},
                                             .buffers = gpt2_buffers,
                                             .others = {},
                                             .heads = gpt2_heads,
                                             .bottlenecks = {},
                                             .tokenizer = "GPT2Tokenizer"};

template <class... Arguments>
struct family<gpt2<Arguments...>> {
    using body = gpt2<Arguments...>;
    static constexpr auto& published = gpt2_family;
    static std::vector<expected_field> fields() {
        return {{"n_embd", body::width::value},
                {"n_layer", body::layers::value},
                {"n_head", body::heads::value},
                {"n_inner", body::inner::value},
                {"vocab_size", body::vocabulary::value},
                {"n_positions", body::positions::value},
                {"activation_function", published_activation<typename body::activation>},
                {"layer_norm_epsilon", number_of_epsilon<typename body::epsilon>()}};
    }
};

} // namespace hone
