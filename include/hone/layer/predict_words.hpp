// Masked words (Devlin et al. 2019, section 3.1): a linear layer, an activation and a norm, then scores of the vocabulary by the table of the words, with a
// bias. Only the rows that are asked for are computed. Next sentences: the pooler and two scores.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/layer/norm.hpp"
#include "hone/op/activations.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/op/vocabulary/vocabulary.hpp"

namespace hone {

/// rows (rows, Width) -> the same, what the table of the words is multiplied with.
template <class Width, class Words, class Activation, int Exponent>
struct word_predictions {
    HONE_PARTS((dense, linear<Width, Width>), (norm, layer_norm<Width, Exponent>), (bias, vector<Words::value>))
    static constexpr auto call(auto self, auto x) { return self.norm(function<Activation>{}(self.dense(x))); }
};

/// `Body` gives (tokens, Body::width) and has its words in `embeddings.word.weight`.
template <class Body>
struct predict_words {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = 2;
    static constexpr const char* task = "mlm";
    HONE_PARTS((bert, Body), (predictions, word_predictions<width, typename Body::vocabulary, typename Body::activation, Body::epsilon::exponent>))
    static constexpr auto call(auto self, auto tokens) { return self.bert(tokens); }
};
/// The same, and whether the second text follows the first.
template <class Body>
struct predict_words_and_next {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = 2;
    static constexpr const char* task = "mlm+nsp";
    HONE_PARTS((bert, Body), (predictions, word_predictions<width, typename Body::vocabulary, typename Body::activation, Body::epsilon::exponent>),
               (pooler, linear<width, width>), (next, linear<width, classes<2>>))
    static constexpr auto call(auto self, auto tokens) { return self.bert(tokens); }
};

/// Scores of all words for these rows of a body: (rows, width) -> (rows, words).
constexpr auto word_scores(auto model, auto rows) { return product(model.predictions(rows), model.bert.embeddings.word.weight) + model.predictions.bias; }
/// -log of the probability of each row's word, without the scores of all words: (rows, width), (rows) -> (rows, 1).
constexpr auto word_losses(auto model, auto rows, auto words) {
    return vocabulary_loss(model.predictions(rows), model.bert.embeddings.word.weight, words, model.predictions.bias);
}
/// (tokens, width) -> (sequences, 2): the second text follows, or it does not.
constexpr auto next_scores(auto model, auto rows) { return model.next(hyperbolic_tangent(model.pooler(first_token(rows)))); }

} // namespace hone
