// The models that `pretrain` is compiled for: hidden words alone, or with next sentences
// (HONE_NEXT_SENTENCES, a variant that is compiled when it is first asked for); their batches,
// their losses and what is read of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/documents.hpp>
#include <hone/data/sentence_pairs.hpp>
#include <hone/layer/predict_words.hpp>

#include "../training.hpp"

struct text_options {
    std::string objective = "mlm";
    long length = 128;
    double share = 0.15;
    bool whole_words = false, by_line = false;
};

#ifdef HONE_NEXT_SENTENCES
inline constexpr bool has_next = true;
struct word_predictor : hone::predict_words_and_next<encoder> {};
using masked_texts = hone::masked_pair_batch;
/// Pairs of stretches of a text.
inline auto sequences_of(const hone::document_table& table, const hone::wordpiece& tokenizer,
                         hone::masking how, const text_options& text) {
    const auto seed = how.seed;
    return hone::encode_pairs(table, tokenizer, std::move(how),
                              {.length = static_cast<std::size_t>(text.length), .seed = seed});
}
#else
inline constexpr bool has_next = false;
struct word_predictor : hone::predict_words<encoder> {};
using masked_texts = hone::masked_batch;
/// Lines of a document put together, as many as fit.
inline auto sequences_of(const hone::document_table& table, const hone::wordpiece& tokenizer,
                         hone::masking how, const text_options& text) {
    return hone::encode(table, tokenizer, std::move(how),
                        {.length = static_cast<std::size_t>(text.length), .by_line = text.by_line});
}
#endif

/// The mean over the hidden words; of pairs, plus that of the next sentences.
inline constexpr auto pretraining_loss = [](auto m, auto batch) {
    const auto rows = m(batch.tokens);
    const auto words =
        hone::mean_of(hone::word_losses(m, hone::pick(rows, batch.masked), batch.label),
                      hone::function<hone::is_label_>{}(batch.label));
    if constexpr (has_next)
        return words + hone::cross_entropy(hone::next_scores(m, rows), batch.next);
    else return words;
};
inline constexpr auto scores_of_words = [](auto m, auto batch) {
    return hone::word_scores(m, hone::pick(m(batch.tokens), batch.masked));
};
inline constexpr auto scores_of_next = [](auto m, auto batch) {
    return hone::next_scores(m, m(batch.tokens));
};

/// A program that tells next sentences; nullptr of a model that does not.
template <class Model>
auto next_program([[maybe_unused]] Model& model, [[maybe_unused]] hone::team& workers) {
    if constexpr (has_next) return hone::evaluate<masked_texts>(model, scores_of_next, workers);
    else return nullptr;
}
/// Two scores a pair; nothing of a model that does not tell.
template <class Program>
std::span<const float> scores_in([[maybe_unused]] Program& program,
                                 [[maybe_unused]] const masked_texts& batch) {
    if constexpr (std::is_null_pointer_v<Program>) return {};
    else return program(batch);
}

/// What another objective is compiled as.
inline void add_objective(variant& v, bool next) {
    if (next) v.definitions.emplace_back("HONE_NEXT_SENTENCES", "1");
}
/// Is a folder of a model that tells next sentences?
inline bool folder_has_next(const std::string& folder) {
    const auto config =
        hone::parse_json(hone::read_file(folder + "/config.json"), folder + "/config.json");
    const auto* const named = config.find("architectures");
    return named && named->is_array() && named->size() > 0 && named->values()[0].is_string() &&
           named->values()[0].string().ends_with("ForPreTraining");
}
