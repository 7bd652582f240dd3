// The next word of a decoder (Radford et al. 2018): its rows score all words, by the table that
// they are looked up in (one weight, two uses) or by one of their own. Losses never make all scores
// at once (op/vocabulary).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/rows/cross_entropy.hpp"
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

/// Is there an adapter around a bound layer?
template <class Bound>
inline constexpr bool is_around = false;
template <class Layer, class Path>
inline constexpr bool is_around<bound<Layer, Path>> = requires {
    typename Layer::inside;
};

} // namespace detail

/// Scores of all words for these rows of a decoder: (rows, width) -> (rows, words).
constexpr auto next_word_scores(auto model, auto rows) {
    if constexpr (requires { model.lm_head.weight; }) return model.lm_head(rows);
    else return product(rows, model.decoder.word.weight);
}
/// -log of the probability of each row's word, 0 where it is ignored: (rows, width), (rows) ->
/// (rows, 1). With an adapter around the table of the scores these stand in memory whole.
constexpr auto next_word_losses(auto model, auto rows, auto words) {
    if constexpr (detail::is_around<decltype(model.lm_head)>)
        return invoke<cross_entropy_>(next_word_scores(model, rows), words);
    else if constexpr (requires { model.lm_head.weight; })
        return vocabulary_loss(rows, model.lm_head.weight, words);
    else return vocabulary_loss(rows, model.decoder.word.weight, words);
}

} // namespace hone
