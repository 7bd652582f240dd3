// The logits of words, from a program that gives a row of logits a token: each word has those of its
// first piece.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "hone/data/conll.hpp"
#include "hone/data/tagged.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Of a sentence's words, in their order; no row for a word without a piece within the model's length.
template <class T = float>
using word_logits = std::vector<std::span<const T>>;

/// Calls `use(i, logits)` for each sentence of the table in its order. `program({.tokens = ...})`
/// gives the rows of some thousand tokens at a time, `program.width()` numbers each.
template <class Program, class Use>
void each_sentence(Program& program, const tagged_dataset& data, const sentence_table& table, const Use& use) {
    batch_rows rows;
    word_logits<> words;
    for (std::size_t first = 0, end = 0; first < data.size(); first = end) {
        rows.clear();
        do rows.add(data.tokens(end), {});
        while (++end < data.size() && rows.ids.size() + data.tokens(end).size() <= 8192);
        const std::span<const float> logits = program({.tokens = rows.tokens()});
        const auto width = static_cast<std::size_t>(program.width());
        for (std::size_t i = first; i < end; ++i) {
            words.clear();
            const auto begin = rows.offsets[i - first];
            for (const auto row : data.first_pieces(i, table.words_of(i).size()))
                words.push_back(row < 0 ? std::span<const float>() : logits.subspan(static_cast<std::size_t>(begin + row) * width, width));
            use(i, words);
        }
    }
}
/// The name of the largest logit, LABEL_k where it has none; "" without logits.
inline std::string best_name(std::span<const float> logits, const std::vector<std::string>& names) {
    if (logits.empty()) return {};
    const auto best = static_cast<std::size_t>(best_class(logits));
    return best < names.size() ? names[best] : "LABEL_" + std::to_string(best);
}

} // namespace hone
HONE_COMPACT_END
