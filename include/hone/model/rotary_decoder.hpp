// What Llama, Mistral and Qwen share: blocks with RMS norms before each sublayer, rotary positions,
// grouped queries and a gated network; the names that their published folders have for these, and
// the fields of config.json that their types settle.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/layer/causal_attention.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/feed_forward.hpp"
#include "hone/layer/language_model.hpp"
#include "hone/layer/norm.hpp"
#include "hone/model/bert.hpp"
#include "hone/model/decoder_config.hpp"

namespace hone {

/// One layer: (tokens, Width), and the table of the rotary positions -> (tokens, Width).
template <class Width, class Epsilon, class Attention, class FeedForward>
struct rotary_block {
    HONE_PARTS((attention_norm, rms_norm<Width, Epsilon::exponent>), (attention, Attention),
               (feed_forward_norm, rms_norm<Width, Epsilon::exponent>), (feed_forward, FeedForward))
    static constexpr auto call(auto self, auto x, auto table) {
        const auto y = x + self.attention(self.attention_norm(x), table);
        return y + self.feed_forward(self.feed_forward_norm(y));
    }
};

/// tokens -> (tokens, Width). `Size` is the columns of a head, `Rotary` the base and the scaling of
/// positions, `Seen` what a token sees.
template <class Layers, class Width, class Heads, class KeyHeads, class Size, class Inner,
          class Vocabulary, class Positions, class Rotary, class Seen, class Epsilon,
          class Activation, class Block>
struct rotary_decoder {
    using layers = Layers;
    using width = Width;
    using heads = Heads;
    using key_heads = KeyHeads;
    using head_size = Size;
    using inner = Inner;
    using vocabulary = Vocabulary;
    using positions = Positions;
    using rotary = Rotary;
    using seen = Seen;
    using epsilon = Epsilon;
    using activation = Activation;
    HONE_PARTS((word, embedding<Vocabulary, Width>), (blocks, repeat<Layers::value, Block>),
               (norm, rms_norm<Width, Epsilon::exponent>))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.norm(self.blocks(self.word(tokens.ids),
                                     rotary_table<Rotary, Size::value>(tokens.positions)));
    }
};

/// The numbers of such a family, with those of its own that a file need not have.
constexpr std::array<config_count, 8> rotary_counts(std::int64_t words, std::int64_t inner,
                                                    std::int64_t positions) {
    return {{{"vocab_size", &model_config::vocab_size, words},
             {"hidden_size", &model_config::hidden_size, 4096},
             {"num_hidden_layers", &model_config::num_hidden_layers, 32},
             {"num_attention_heads", &model_config::num_attention_heads, 32},
             {"num_key_value_heads", &model_config::num_key_value_heads, 0},
             {"head_dim", &model_config::head_dim, 0},
             {"intermediate_size", &model_config::intermediate_size, inner},
             {"max_position_embeddings", &model_config::max_position_embeddings, positions}}};
}
inline constexpr config_number rotary_numbers[] = {
    {"rms_norm_eps", &model_config::layer_norm_eps, 1e-6, number_range::above_zero},
    {"initializer_range", &model_config::initializer_range, 0.02, number_range::not_below_zero},
    {"attention_dropout", &model_config::attention_probs_dropout_prob, 0, number_range::share}};
inline constexpr std::string_view rotary_fields[] = {
    "rope_parameters",   "rope_scaling",   "rope_theta",           "attention_bias",
    "mlp_bias",          "pretraining_tp", "sliding_window",       "use_sliding_window",
    "max_window_layers", "layer_types",    "partial_rotary_factor"};
inline constexpr renaming rotary_names[] = {{"word.", "embed_tokens."},
                                            {"blocks.", "layers."},
                                            {".attention.query.", ".self_attn.q_proj."},
                                            {".attention.key.", ".self_attn.k_proj."},
                                            {".attention.value.", ".self_attn.v_proj."},
                                            {".attention.output.", ".self_attn.o_proj."},
                                            {".attention.query_norm.", ".self_attn.q_norm."},
                                            {".attention.key_norm.", ".self_attn.k_norm."},
                                            {".attention_norm.", ".input_layernorm."},
                                            {".feed_forward.gate.", ".mlp.gate_proj."},
                                            {".feed_forward.up.", ".mlp.up_proj."},
                                            {".feed_forward.down.", ".mlp.down_proj."},
                                            {".feed_forward_norm.", ".post_attention_layernorm."}};
inline constexpr std::string_view rotary_buffers[] = {"layers.*.self_attn.rotary_emb.inv_freq"};
/// The head of the next word; a tied model has no weight of this name.
inline constexpr renaming word_head[] = {{"lm_head.", "lm_head."}};

/// A family of these names; `settle` reads what its config.json has of its own.
constexpr model_family rotary_family(const char* model_type, std::span<const config_count> counts,
                                     void (*settle)(const json_view&, model_config&),
                                     std::span<const published_head> heads, const char* tokenizer) {
    return {.config = {model_type, counts, rotary_numbers, "hidden_act", "classifier_dropout",
                       rotary_fields, "silu", settle},
            .prefix = "model.",
            .names = rotary_names,
            .old_endings = {},
            .buffers = rotary_buffers,
            .others = {},
            .heads = heads,
            .bottlenecks = {},
            .tokenizer = tokenizer};
}

/// What a scaling of rotary positions settles.
inline std::vector<expected_field> fields_of_scaling(unscaled) {
    return {{"rope_type", "default"}};
}
template <class Factor>
std::vector<expected_field> fields_of_scaling(linear_scaling<Factor>) {
    return {{"rope_type", "linear"},
            {detail::scaling_field("factor"), double(Factor::num) / double(Factor::den)}};
}
template <class Factor, class Low, class High, int Positions>
std::vector<expected_field> fields_of_scaling(llama3_scaling<Factor, Low, High, Positions>) {
    return {{"rope_type", "llama3"},
            {detail::scaling_field("factor"), double(Factor::num) / double(Factor::den)},
            {detail::scaling_field("low_freq_factor"), double(Low::num) / double(Low::den)},
            {detail::scaling_field("high_freq_factor"), double(High::num) / double(High::den)},
            {detail::scaling_field("original_max_position_embeddings"), Positions}};
}
/// What a decoder of these fields settles of its config.json.
template <class Body>
std::vector<expected_field> rotary_decoder_fields() {
    std::vector<expected_field> all{{"hidden_size", Body::width::value},
                                    {"num_hidden_layers", Body::layers::value},
                                    {"num_attention_heads", Body::heads::value},
                                    {"num_key_value_heads", Body::key_heads::value},
                                    {"head_dim", Body::head_size::value},
                                    {"intermediate_size", Body::inner::value},
                                    {"vocab_size", Body::vocabulary::value},
                                    {"max_position_embeddings", Body::positions::value},
                                    {"hidden_act", published_activation<typename Body::activation>},
                                    {"rms_norm_eps", number_of_epsilon<typename Body::epsilon>()},
                                    {"rope_theta", Body::rotary::theta}};
    for (auto& field : fields_of_scaling(typename Body::rotary::scaling{}))
        all.push_back(std::move(field));
    return all;
}

} // namespace hone
