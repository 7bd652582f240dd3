// BERT (Devlin et al. 2019; MiniLM: Wang et al. 2020) as a composition of parts, and what its
// published folders call them. Nothing here knows how to compute: any user could have written it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/add_and_norm.hpp"
#include "hone/layer/classify.hpp"
#include "hone/layer/dropout.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/feed_forward.hpp"
#include "hone/layer/norm.hpp"
#include "hone/layer/self_attention.hpp"
#include "hone/model/family.hpp"

namespace hone {

/// tokens -> (tokens, Width): the sum of three tables, normalized.
template <class Width, class Vocabulary, class Positions, class Types, class Epsilon = epsilon<12>>
struct bert_embeddings {
    HONE_PARTS((word, embedding<Vocabulary, Width>), (position, embedding<Positions, Width>),
               (type, embedding<Types, Width>), (norm, layer_norm<Width, Epsilon::exponent>),
               (dropout, hone::dropout))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.dropout(self.norm(self.word(tokens.ids) + self.position(tokens.positions) +
                                      self.type(tokens.types)));
    }
};

/// One layer, norms after the residual sums: (tokens, Width) -> the same.
template <class Width, class Heads, class Inner, class Activation = gelu_,
          class Epsilon = epsilon<12>, class Attention = self_attention<Width, Heads>,
          class FeedForward = feed_forward<Width, Inner, Activation>>
struct bert_block {
    HONE_PARTS((attention, Attention), (attention_norm, add_and_norm<Width, Epsilon::exponent>),
               (feed_forward, FeedForward), (output_norm, add_and_norm<Width, Epsilon::exponent>))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.attention_norm(x, self.attention(x));
        return self.output_norm(y, self.feed_forward(y));
    }
};

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class Inner, class Vocabulary,
          class Positions = positions<512>, class Types = token_types<2>, class Activation = gelu_,
          class Epsilon = epsilon<12>,
          class Block = bert_block<Width, Heads, Inner, Activation, Epsilon>>
struct bert {
    using layers = Layers;
    using width = Width;
    using heads = Heads;
    using inner = Inner;
    using vocabulary = Vocabulary;
    using positions = Positions;
    using types = Types;
    using activation = Activation;
    using epsilon = Epsilon;
    HONE_PARTS((embeddings, bert_embeddings<Width, Vocabulary, Positions, Types, Epsilon>),
               (blocks, repeat<Layers::value, Block>))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.blocks(self.embeddings(tokens));
    }
};

/// What config.json calls an activation; nothing for one that it has no name for.
template <class Activation>
inline constexpr const char* published_activation = "";
template <>
inline constexpr const char* published_activation<gelu_> = "gelu";
template <>
inline constexpr const char* published_activation<gelu_tanh_> = "gelu_new";
template <>
inline constexpr const char* published_activation<relu_> = "relu";
template <>
inline constexpr const char* published_activation<silu_> = "silu";
template <>
inline constexpr const char* published_activation<tanh_> = "tanh";
template <>
inline constexpr const char* published_activation<sigmoid_> = "sigmoid";

inline constexpr config_count bert_counts[] = {
    {"vocab_size", &model_config::vocab_size, 30522},
    {"hidden_size", &model_config::hidden_size, 768},
    {"num_hidden_layers", &model_config::num_hidden_layers, 12},
    {"num_attention_heads", &model_config::num_attention_heads, 12},
    {"intermediate_size", &model_config::intermediate_size, 3072},
    {"max_position_embeddings", &model_config::max_position_embeddings, 512},
    {"type_vocab_size", &model_config::type_vocab_size, 2}};
inline constexpr config_number bert_numbers[] = {
    {"layer_norm_eps", &model_config::layer_norm_eps, 1e-12, number_range::above_zero},
    {"initializer_range", &model_config::initializer_range, 0.02, number_range::not_below_zero},
    {"hidden_dropout_prob", &model_config::hidden_dropout_prob, 0.1, number_range::share},
    {"attention_probs_dropout_prob", &model_config::attention_probs_dropout_prob, 0.1,
     number_range::share}};
inline constexpr renaming bert_names[] = {
    {"embeddings.word.", "embeddings.word_embeddings."},
    {"embeddings.position.", "embeddings.position_embeddings."},
    {"embeddings.type.", "embeddings.token_type_embeddings."},
    {"embeddings.norm.", "embeddings.LayerNorm."},
    {"blocks.", "encoder.layer."},
    {".attention.query.", ".attention.self.query."},
    {".attention.key.", ".attention.self.key."},
    {".attention.value.", ".attention.self.value."},
    {".attention.output.", ".attention.output.dense."},
    {".attention_norm.", ".attention.output.LayerNorm."},
    {".feed_forward.up.", ".intermediate.dense."},
    {".feed_forward.down.", ".output.dense."},
    {".output_norm.", ".output.LayerNorm."}};
inline constexpr renaming bert_old_endings[] = {{"LayerNorm.gamma", "LayerNorm.weight"},
                                                {"LayerNorm.beta", "LayerNorm.bias"}};
inline constexpr std::string_view bert_buffers[] = {"embeddings.position_ids",
                                                    "embeddings.token_type_ids"};
inline constexpr renaming bert_bottlenecks[] = {{"attention_norm", "attention.output"},
                                                {"output_norm", "output"}};

/// The weights of each task's head; the parts of a head are called as on the left.
inline constexpr renaming bert_classifier[] = {{"pooler.", "bert.pooler.dense."},
                                               {"classifier.", "classifier."}},
                          bert_tagger[] = {{"classifier.", "classifier."}},
                          bert_spans[] = {{"qa_outputs.", "qa_outputs."}},
                          bert_pooler[] = {{"pooler.", "pooler.dense."}};
inline constexpr renaming bert_predictions[] = {
    {"predictions.dense.", "cls.predictions.transform.dense."},
    {"predictions.norm.", "cls.predictions.transform.LayerNorm."},
    {"predictions.bias", "cls.predictions.bias"},
    {"pooler.", "bert.pooler.dense."},
    {"next.", "cls.seq_relationship."}};
inline constexpr published_head bert_heads[] = {
    {"single", "BertForSequenceClassification", bert_classifier},
    {"several", "BertForSequenceClassification", bert_classifier},
    {"number", "BertForSequenceClassification", bert_classifier},
    {"choice", "BertForMultipleChoice", bert_classifier},
    {"tag", "BertForTokenClassification", bert_tagger},
    {"answer", "BertForQuestionAnswering", bert_spans},
    {"mlm", "BertForMaskedLM", std::span(bert_predictions).first(3)},
    {"mlm+nsp", "BertForPreTraining", bert_predictions},
    {"embed", "BertModel", bert_pooler, true}};
inline constexpr std::string_view bert_others[] = {"cls."};

inline constexpr model_family bert_family = {
    .config = {"bert", bert_counts, bert_numbers, "hidden_act", "classifier_dropout", {}},
    .prefix = "bert.",
    .names = bert_names,
    .old_endings = bert_old_endings,
    .buffers = bert_buffers,
    .others = bert_others,
    .heads = bert_heads,
    .bottlenecks = bert_bottlenecks,
    .tokenizer = "BertTokenizer"};

/// What an encoder of BERT's fields settles of its config.json.
template <class Body>
std::vector<expected_field> encoder_fields() {
    return {{"hidden_size", Body::width::value},
            {"num_hidden_layers", Body::layers::value},
            {"num_attention_heads", Body::heads::value},
            {"intermediate_size", Body::inner::value},
            {"vocab_size", Body::vocabulary::value},
            {"max_position_embeddings", Body::positions::value},
            {"type_vocab_size", Body::types::value},
            {"hidden_act", published_activation<typename Body::activation>},
            {"layer_norm_eps", number_of_epsilon<typename Body::epsilon>()}};
}
/// The body of a shape, as programs name that of any encoder.
template <class Layers, class Width, class Heads, class Inner, class Vocabulary, class Positions,
          class Types, class Activation, class Epsilon, class Embedding>
using bert_of_shape =
    bert<Layers, Width, Heads, Inner, Vocabulary, Positions, Types, Activation, Epsilon>;

template <class... Arguments>
struct family<bert<Arguments...>> {
    static constexpr auto& published = bert_family;
    static std::vector<expected_field> fields() { return encoder_fields<bert<Arguments...>>(); }
};

} // namespace hone
