// DistilBERT (Sanh et al. 2019): BERT's blocks on embeddings without token types, and a classifier
// with a rectifier where BERT has a pooler.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/model/bert.hpp"

namespace hone {

/// tokens -> (tokens, Width): the sum of two tables, normalized.
template <class Width, class Vocabulary, class Positions>
struct distilbert_embeddings {
    HONE_PARTS((word, embedding<Vocabulary, Width>), (position, embedding<Positions, Width>),
               (norm, layer_norm<Width, 12>), (dropout, hone::dropout))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.dropout(self.norm(self.word(tokens.ids) + self.position(tokens.positions)));
    }
};

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class Inner, class Vocabulary,
          class Positions = positions<512>, class Activation = gelu_,
          class Block = bert_block<Width, Heads, Inner, Activation>>
struct distilbert {
    using layers = Layers;
    using width = Width;
    using heads = Heads;
    using inner = Inner;
    using vocabulary = Vocabulary;
    using positions = Positions;
    using activation = Activation;
    HONE_PARTS((embeddings, distilbert_embeddings<Width, Vocabulary, Positions>),
               (blocks, repeat<Layers::value, Block>))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.blocks(self.embeddings(tokens));
    }
};

/// tokens -> logits (sequences, Classes)
template <class... Arguments, class Classes>
struct classify<distilbert<Arguments...>, Classes> {
    using body = hone::distilbert<Arguments...>;
    using width = typename body::width;
    static constexpr int class_count = Classes::value;
    static constexpr const char* task = "single";
    HONE_PARTS((distilbert, body), (pre_classifier, linear<width, width>), (dropout, hone::dropout),
               (classifier, linear<width, Classes>))
    static constexpr auto call(auto self, auto tokens) {
        return self.classifier(
            self.dropout(relu(self.pre_classifier(first_token(self.distilbert(tokens))))));
    }
};

inline constexpr config_count distilbert_counts[] = {
    {"vocab_size", &model_config::vocab_size, 30522},
    {"dim", &model_config::hidden_size, 768},
    {"n_layers", &model_config::num_hidden_layers, 6},
    {"n_heads", &model_config::num_attention_heads, 12},
    {"hidden_dim", &model_config::intermediate_size, 3072},
    {"max_position_embeddings", &model_config::max_position_embeddings, 512}};
inline constexpr config_number distilbert_numbers[] = {
    {"initializer_range", &model_config::initializer_range, 0.02, number_range::not_below_zero},
    {"dropout", &model_config::hidden_dropout_prob, 0.1, number_range::share},
    {"attention_dropout", &model_config::attention_probs_dropout_prob, 0.1, number_range::share}};
inline constexpr std::string_view distilbert_fields[] = {"sinusoidal_pos_embds", "qa_dropout",
                                                         "tie_weights_"};

inline constexpr renaming distilbert_names[] = {
    {"embeddings.word.", "embeddings.word_embeddings."},
    {"embeddings.position.", "embeddings.position_embeddings."},
    {"embeddings.norm.", "embeddings.LayerNorm."},
    {"blocks.", "transformer.layer."},
    {".attention.query.", ".attention.q_lin."},
    {".attention.key.", ".attention.k_lin."},
    {".attention.value.", ".attention.v_lin."},
    {".attention.output.", ".attention.out_lin."},
    {".attention_norm.", ".sa_layer_norm."},
    {".feed_forward.up.", ".ffn.lin1."},
    {".feed_forward.down.", ".ffn.lin2."},
    {".output_norm.", ".output_layer_norm."}};
inline constexpr renaming distilbert_bottlenecks[] = {{"attention_norm", "attention_adapters"},
                                                      {"output_norm", "output_adapters"}};

inline constexpr renaming distilbert_classifier[] = {{"pre_classifier.", "pre_classifier."},
                                                     {"classifier.", "classifier."}},
                          distilbert_predictions[] = {{"predictions.dense.", "vocab_transform."},
                                                      {"predictions.norm.", "vocab_layer_norm."},
                                                      {"predictions.bias", "vocab_projector.bias"}};
inline constexpr published_head distilbert_heads[] = {
    {"single", "DistilBertForSequenceClassification", distilbert_classifier},
    {"several", "DistilBertForSequenceClassification", distilbert_classifier},
    {"number", "DistilBertForSequenceClassification", distilbert_classifier},
    {"choice", "DistilBertForMultipleChoice", distilbert_classifier},
    {"tag", "DistilBertForTokenClassification", bert_tagger},
    {"answer", "DistilBertForQuestionAnswering", bert_spans},
    {"mlm", "DistilBertForMaskedLM", distilbert_predictions},
    {"embed", "DistilBertModel", {}, true}};
inline constexpr std::string_view distilbert_others[] = {"vocab_transform.", "vocab_layer_norm.",
                                                         "vocab_projector."};

inline constexpr model_family distilbert_family = {
    .config = {"distilbert", distilbert_counts, distilbert_numbers, "activation",
               "seq_classif_dropout", distilbert_fields},
    .prefix = "distilbert.",
    .names = distilbert_names,
    .old_endings = bert_old_endings,
    .buffers = bert_buffers,
    .others = distilbert_others,
    .heads = distilbert_heads,
    .bottlenecks = distilbert_bottlenecks,
    .tokenizer = "DistilBertTokenizer"};

/// The body of a shape, as programs name that of any encoder.
template <class Layers, class Width, class Heads, class Inner, class Vocabulary, class Positions,
          class Types, class Activation, class Epsilon, class Embedding>
using distilbert_of_shape =
    distilbert<Layers, Width, Heads, Inner, Vocabulary, Positions, Activation>;

template <class... Arguments>
struct family<distilbert<Arguments...>> {
    static constexpr auto& published = distilbert_family;
    static std::vector<expected_field> fields() {
        using body = distilbert<Arguments...>;
        return {{"dim", body::width::value},
                {"n_layers", body::layers::value},
                {"n_heads", body::heads::value},
                {"hidden_dim", body::inner::value},
                {"vocab_size", body::vocabulary::value},
                {"max_position_embeddings", body::positions::value},
                {"activation", published_activation<typename body::activation>}};
    }
};

} // namespace hone
