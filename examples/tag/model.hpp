// The model of `tag`, and its answers: a label a word, from the row of the word's first piece.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <hone/data/tagged.hpp>
#include <hone/layer/tag.hpp>

#include "../encoder.hpp"

using tagger = hone::tag<encoder, hone::classes<hone::run_time>>;
inline constexpr auto tagging_loss = [](auto m, auto batch) {
    return hone::cross_entropy(m(batch.tokens), batch.label);
};

/// HONE_BF16 makes it another program.
#ifdef HONE_BF16
inline auto training_step_of(hone::pretrained<tagger>& model, hone::team& workers, std::uint64_t seed) {
    return hone::differentiate<hone::bf16, hone::tagged_batch>(
        model, hone::trainable<hone::on<"**">>{}, tagging_loss, workers, seed);
}
#else
inline auto training_step_of(hone::pretrained<tagger>& model, hone::team& workers, std::uint64_t seed) {
    return hone::differentiate<hone::tagged_batch>(model, hone::trainable<hone::on<"**">>{},
                                                   tagging_loss, workers, seed);
}
#endif

inline constexpr auto read_logits = [](auto m, auto batch) { return m(batch.tokens); };
inline auto logits_program(hone::pretrained<tagger>& model, hone::team& workers) {
    return hone::evaluate<hone::token_batch>(model, read_logits, workers);
}

/// The logits of a sentence's words, in their order; no row for a word that has no piece within the model's length.
using word_logits = std::vector<std::span<const float>>;
/// Calls `use` for each sentence of the table in its order, some thousand tokens at a time.
template <class Program>
void tag_sentences(Program& program, const hone::tagged_dataset& data,
                   const hone::sentence_table& table,
                   const std::function<void(std::size_t, const word_logits&)>& use) {
    hone::batch_rows rows;
    word_logits words;
    for (std::size_t first = 0, end = 0; first < data.size(); first = end) {
        rows.clear();
        do rows.add(data.tokens(end), {});
        while (++end < data.size() && rows.ids.size() + data.tokens(end).size() <= 8192);
        const auto logits = program({.tokens = rows.tokens()});
        const auto width = static_cast<std::size_t>(program.width());
        for (std::size_t i = first; i < end; ++i) {
            words.clear();
            const auto begin = static_cast<std::size_t>(rows.offsets[i - first]);
            for (const auto row : data.first_pieces(i, table.words_of(i).size()))
                words.push_back(row < 0 ? std::span<const float>()
                                        : logits.subspan((begin + static_cast<std::size_t>(row)) * width, width));
            use(i, words);
        }
    }
}
/// The name of the largest logit; "" without logits.
inline std::string best_tag(std::span<const float> logits, const std::vector<std::string>& names) {
    if (logits.empty()) return {};
    const auto best = static_cast<std::size_t>(hone::best_class(logits));
    return best < names.size() ? names[best] : "LABEL_" + std::to_string(best);
}
