// The parts that make a WordPiece tokenizer, as plain values: what its files are read into, and what may be filled in without files.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/tokens/added_tokens.hpp"
#include "hone/tokens/bert_normalizer.hpp"
#include "hone/tokens/pair.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A WordPiece tokenizer in parts.
struct wordpiece_definition {
    bert_normalizer normalizer;
    std::vector<std::string> words;  ///< by id: the model's, then added ones that it does not have
    std::size_t model_words = 0;     ///< how many of them are the model's
    std::string unknown = "[UNK]";   ///< stands for a word that cannot be made of pieces
    std::string prefix = "##";       ///< of pieces that continue a word
    std::size_t longest_word = 100;  ///< in characters; a longer one is unknown
    std::vector<added_token> added;  ///< ids as in `words`
    std::vector<std::int32_t> begin; ///< put before the text, [CLS]
    std::vector<std::int32_t> end;   ///< put behind it, [SEP]
    bool cuts_left = false; ///< a text that is too long loses its beginning
    std::vector<pair_piece> pair{{pair_piece::first_text, 0}, {pair_piece::second_text, 1}}; ///< around two texts

    /// [CLS] first [SEP] second [SEP]: of types 0, and 1 from the second text on.
    void frame_pairs() {
        pair.clear();
        for (const auto id : begin) pair.push_back({id, 0});
        pair.push_back({pair_piece::first_text, 0});
        for (const auto id : end) pair.push_back({id, 0});
        pair.push_back({pair_piece::second_text, 1});
        for (const auto id : end) pair.push_back({id, 1});
    }
    bool joins_pieces = true;        ///< decode: pieces that continue a word go on without a space
    std::string joined_prefix = "##";
    bool cleans_up = true; ///< decode: no space before punctuation and English contractions
};

} // namespace hone
HONE_COMPACT_END
