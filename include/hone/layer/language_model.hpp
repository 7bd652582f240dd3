// The next word of a decoder (Radford et al. 2018): its rows score all words, by the table that
// they are looked up in (one weight, two uses) or by one of their own. Losses never make all scores
// at once (op/vocabulary).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/vocabulary/vocabulary.hpp"

namespace hone {

/// Scores by the table that words are looked up in.
struct tied_to_words {
    HONE_PARTS()
};

/// tokens -> rows (tokens, Body::width), which next_word_scores and next_word_losses read. `Body`
/// has its words in `word.weight`; `Head` is tied_to_words or a projection of the width to the
/// vocabulary.
template <class Body, class Head = tied_to_words>
struct language_model {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = 2; // labels of config.json, which mean nothing here
    static constexpr const char* task = "lm";
    static constexpr bool is_tied = std::is_same_v<Head, tied_to_words>;
    HONE_PARTS((decoder, Body), (lm_head, Head))
    static constexpr auto call(auto self, auto tokens) { return self.decoder(tokens); }
};
/// With a table of its own for the scores.
template <class Body>
using untied = language_model<Body, projection<typename Body::width, typename Body::vocabulary>>;

namespace detail {

/// The table that scores words.
constexpr auto scoring_table(auto model) {
    if constexpr (requires { model.lm_head.weight; }) return model.lm_head.weight;
    else return model.decoder.word.weight;
}

} // namespace detail

/// Scores of all words for these rows of a decoder: (rows, width) -> (rows, words).
constexpr auto next_word_scores(auto model, auto rows) {
    if constexpr (requires { model.lm_head.weight; }) return model.lm_head(rows);
    else return product(rows, model.decoder.word.weight);
}
/// -log of the probability of each row's word, 0 where it is ignored: (rows, width), (rows) ->
/// (rows, 1).
constexpr auto next_word_losses(auto model, auto rows, auto words) {
    return vocabulary_loss(rows, detail::scoring_table(model), words);
}

} // namespace hone
