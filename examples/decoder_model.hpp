// The decoder that this program was compiled for (decoder.hpp), its loss and its scores.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/hone.hpp>

#include <hone/data/next_words.hpp>

#include "decoder.hpp"

struct plain_decoder : HONE_DECODER {};
#ifdef HONE_DECODER_ADAPTERS
struct text_decoder : hone::adapt<plain_decoder, HONE_DECODER_ADAPTERS> {};
#else
using text_decoder = plain_decoder;
#endif
#ifndef HONE_TRAINABLE
#define HONE_TRAINABLE hone::on<"**">
#endif

/// The mean over all tokens that have a loss.
inline constexpr auto next_word_loss = [](auto m, auto batch) {
    return hone::mean_over(
        hone::next_word_losses(m, hone::pick(m(batch.tokens), batch.before), batch.next),
        hone::function<hone::is_label_>{}(batch.next));
};
/// Of each such token.
inline constexpr auto losses_of_words = [](auto m, auto batch) {
    return hone::next_word_losses(m, hone::pick(m(batch.tokens), batch.before), batch.next);
};
/// Of all words behind each token.
inline constexpr auto scores_of_next_words = [](auto m, auto batch) {
    return hone::next_word_scores(m, m(batch.tokens));
};

/// A folder's decoder, with the adapter of another one over it where one is named.
template <class T = float>
hone::pretrained<text_decoder, T> load_decoder(const std::string& folder,
                                               const std::string& adapter) {
    auto model = hone::load<text_decoder, T>(folder);
    if constexpr (!std::is_same_v<text_decoder, plain_decoder>)
        if (!adapter.empty()) hone::load_adapter(model, adapter);
    return model;
}
