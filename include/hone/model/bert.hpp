// The BERT family (Devlin et al. 2019; MiniLM: Wang et al. 2020) as a composition of parts, and the names that published
// checkpoints give its weights. Nothing here knows how to compute: any user could have written it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "hone/layer/add_and_norm.hpp"
#include "hone/layer/classify.hpp"
#include "hone/layer/dropout.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/feed_forward.hpp"
#include "hone/layer/norm.hpp"
#include "hone/layer/self_attention.hpp"

namespace hone {

/// tokens -> (tokens, Width): the sum of three tables, normalized.
template <class Width, class Vocabulary, class Positions, class Types, class Epsilon = epsilon<12>>
struct bert_embeddings {
    HONE_PARTS((word, embedding<Vocabulary, Width>), (position, embedding<Positions, Width>), (type, embedding<Types, Width>),
               (norm, layer_norm<Width, Epsilon::exponent>), (dropout, hone::dropout))
    static constexpr auto call(auto self, token_field auto tokens) {
        return self.dropout(self.norm(self.word(tokens.ids) + self.position(tokens.positions) + self.type(tokens.types)));
    }
};

/// One layer, norms after the residual sums: (tokens, Width) -> the same.
template <class Width, class Heads, class Inner, class Activation = gelu_, class Epsilon = epsilon<12>, class Attention = self_attention<Width, Heads>,
          class FeedForward = feed_forward<Width, Inner, Activation>>
struct bert_block {
    HONE_PARTS((attention, Attention), (attention_norm, add_and_norm<Width, Epsilon::exponent>), (feed_forward, FeedForward),
               (output_norm, add_and_norm<Width, Epsilon::exponent>))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.attention_norm(x, self.attention(x));
        return self.output_norm(y, self.feed_forward(y));
    }
};

/// tokens -> (tokens, Width)
template <class Layers, class Width, class Heads, class Inner, class Vocabulary, class Positions = positions<512>, class Types = token_types<2>,
          class Activation = gelu_, class Epsilon = epsilon<12>, class Block = bert_block<Width, Heads, Inner, Activation, Epsilon>>
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
    HONE_PARTS((embeddings, bert_embeddings<Width, Vocabulary, Positions, Types, Epsilon>), (blocks, repeat<Layers::value, Block>))
    static constexpr auto call(auto self, token_field auto tokens) { return self.blocks(self.embeddings(tokens)); }
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

/// hone's path of a weight to the name in a published file: "bert.blocks.3.attention.query.weight" to
/// "bert.encoder.layer.3.attention.self.query.weight".
inline std::string published_bert_name(std::string path) {
    static constexpr struct {
        const char *ours, *theirs;
    } names[] = {
        {"bert.embeddings.word.", "bert.embeddings.word_embeddings."},
        {"bert.embeddings.position.", "bert.embeddings.position_embeddings."},
        {"bert.embeddings.type.", "bert.embeddings.token_type_embeddings."},
        {"bert.embeddings.norm.", "bert.embeddings.LayerNorm."},
        {"bert.blocks.", "bert.encoder.layer."},
        {".attention.query.", ".attention.self.query."},
        {".attention.key.", ".attention.self.key."},
        {".attention.value.", ".attention.self.value."},
        {".attention.output.", ".attention.output.dense."},
        {".attention_norm.", ".attention.output.LayerNorm."},
        {".feed_forward.up.", ".intermediate.dense."},
        {".feed_forward.down.", ".output.dense."},
        {".output_norm.", ".output.LayerNorm."},
        {"pooler.", "bert.pooler.dense."},
    };
    for (const auto& n : names) {
        const auto at = path.find(n.ours);
        const bool from_start = n.ours[0] != '.';
        if (at != path.npos && (!from_start || at == 0)) path.replace(at, std::string(n.ours).size(), n.theirs);
    }
    return path;
}

} // namespace hone
