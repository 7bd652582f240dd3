// ELECTRA (Clark et al. 2020): BERT's blocks on embeddings of a width of their own, which a linear
// layer takes to the width of the blocks, and a classifier of two linear layers. A folder of the
// discriminator and one of the generator are the same body.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>

#include "hone/model/bert.hpp"

namespace hone {

/// x
struct unchanged {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) { return x; }
};

/// tokens -> (tokens, Width). `Embedding` is the embeddings' width; where it is the blocks' there
/// is no projection.
template <class Layers, class Width, class Heads, class Inner, class Vocabulary,
          class Positions = positions<512>, class Types = token_types<2>, class Embedding = Width,
          class Activation = gelu_, class Epsilon = epsilon<12>,
          class Block = bert_block<Width, Heads, Inner, Activation, Epsilon>>
struct electra {
    using layers = Layers;
    using width = Width;
    using heads = Heads;
    using inner = Inner;
    using vocabulary = Vocabulary;
    using positions = Positions;
    using types = Types;
    using embedding_width = Embedding;
    using activation = Activation;
    using epsilon = Epsilon;
    using widening =
        std::conditional_t<Embedding::value == Width::value, unchanged, linear<Embedding, Width>>;
    HONE_PARTS((embeddings, bert_embeddings<Embedding, Vocabulary, Positions, Types, Epsilon>),
               (projection, widening), (blocks, repeat<Layers::value, Block>))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.blocks(self.projection(self.embeddings(tokens)));
    }
};

/// (sequences, Width) -> (sequences, Classes)
template <class Width, class Classes>
struct electra_classifier {
    HONE_PARTS((dropout, hone::dropout), (dense, linear<Width, Width>),
               (out_proj, linear<Width, Classes>))
    static constexpr auto call(auto self, auto x) {
        return self.out_proj(self.dropout(gelu(self.dense(self.dropout(x)))));
    }
};
/// tokens -> logits (sequences, Classes)
template <class... Arguments, class Classes>
struct classify<electra<Arguments...>, Classes> {
    using body = hone::electra<Arguments...>;
    using width = typename body::width;
    static constexpr int class_count = Classes::value;
    static constexpr const char* task = "single";
    HONE_PARTS((electra, body), (classifier, electra_classifier<width, Classes>))
    static constexpr auto call(auto self, auto tokens) {
        return self.classifier(first_token(self.electra(tokens)));
    }
};

inline constexpr config_count electra_counts[] = {
    {"vocab_size", &model_config::vocab_size, 30522},
    {"embedding_size", &model_config::embedding_size, 128},
    {"hidden_size", &model_config::hidden_size, 256},
    {"num_hidden_layers", &model_config::num_hidden_layers, 12},
    {"num_attention_heads", &model_config::num_attention_heads, 4},
    {"intermediate_size", &model_config::intermediate_size, 1024},
    {"max_position_embeddings", &model_config::max_position_embeddings, 512},
    {"type_vocab_size", &model_config::type_vocab_size, 2}};
inline constexpr std::string_view electra_fields[] = {"summary_type", "summary_use_proj",
                                                      "summary_activation", "summary_last_dropout"};

inline constexpr auto electra_names = [] {
    std::array<renaming, std::size(bert_names) + 1> all{};
    std::copy(std::begin(bert_names), std::end(bert_names), all.begin());
    all.back() = {"projection.", "embeddings_project."};
    return all;
}();
inline constexpr renaming electra_choice[] = {{"summary.", "sequence_summary.summary."},
                                              {"classifier.", "classifier."}},
                          electra_predictions[] = {
                              {"predictions.dense.", "generator_predictions.dense."},
                              {"predictions.norm.", "generator_predictions.LayerNorm."},
                              {"predictions.bias", "generator_lm_head.bias"}};
inline constexpr published_head electra_heads[] = {
    {"single", "ElectraForSequenceClassification", bert_tagger},
    {"several", "ElectraForSequenceClassification", bert_tagger},
    {"number", "ElectraForSequenceClassification", bert_tagger},
    {"choice", "ElectraForMultipleChoice", electra_choice},
    {"tag", "ElectraForTokenClassification", bert_tagger},
    {"answer", "ElectraForQuestionAnswering", bert_spans},
    {"mlm", "ElectraForMaskedLM", electra_predictions},
    {"embed", "ElectraModel", {}, true}};
inline constexpr std::string_view electra_others[] = {
    "discriminator_predictions.", "generator_predictions.", "generator_lm_head."};

inline constexpr model_family electra_family = {
    .config = {"electra", electra_counts, bert_numbers, "hidden_act", "classifier_dropout",
               electra_fields},
    .prefix = "electra.",
    .names = electra_names,
    .old_endings = bert_old_endings,
    .buffers = bert_buffers,
    .others = electra_others,
    .heads = electra_heads,
    .bottlenecks = bert_bottlenecks,
    .tokenizer = "ElectraTokenizer"};

/// The body of a shape, as programs name that of any encoder.
template <class Layers, class Width, class Heads, class Inner, class Vocabulary, class Positions,
          class Types, class Activation, class Epsilon, class Embedding>
using electra_of_shape = electra<Layers, Width, Heads, Inner, Vocabulary, Positions, Types,
                                 Embedding, Activation, Epsilon>;

template <class... Arguments>
struct family<electra<Arguments...>> {
    static constexpr auto& published = electra_family;
    static std::vector<expected_field> fields() {
        auto all = encoder_fields<electra<Arguments...>>();
        all.push_back({"embedding_size", electra<Arguments...>::embedding_width::value});
        return all;
    }
};

} // namespace hone
