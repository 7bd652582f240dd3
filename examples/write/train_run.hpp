// `write train` in a program that was compiled for its decoder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/completions.hpp>
#include <hone/tokens/any_tokenizer.hpp>

#include "../decoder_model.hpp"
#include "../training.hpp"
#include "train.hpp"

/// The rows of a file, by its kind; says what is left out.
inline hone::next_words rows_of(const std::string& path, const hone::any_tokenizer& tokenizer,
                                const hone::row_limits& limits) {
    hone::next_words data{path.ends_with(".jsonl") ? hone::read_completions(path, tokenizer, limits)
                                                   : hone::pack_text(path, tokenizer, limits)};
    if (data.made.left_out > 0)
        std::printf("note: %s: %lld documents in which there is nothing to learn are left out\n",
                    path.c_str(), static_cast<long long>(data.made.left_out));
    return data;
}
/// What saves the model and its tokenizer, or the adapters alone, into a folder.
template <class Model>
auto save_of(const write_options& o, Model& model, const hone::any_tokenizer& tokenizer) {
    if constexpr (std::is_same_v<text_decoder, plain_decoder>) return saver(model, tokenizer);
    else
        return [&](const std::filesystem::path& folder) {
            hone::save_adapter_into(model, folder, {}, std::filesystem::absolute(o.model).string());
        };
}

inline int train(const write_options& o) {
    begin_training(o);
    const hone::any_tokenizer tokenizer{std::filesystem::path(o.model)};
    auto model = load_decoder(o.model, o.adapter_from);
    for (const auto& n : model.notices) std::printf("note: %s\n", n.text.c_str());
    if (model.config.end_of_text.empty())
        throw hone::error("config.no_end", "a config without the token that ends a text",
                          {.file = model.config.file, .name = "eos_token_id"}, "an id", "none");
    const long limit = static_cast<long>(model.config.max_position_embeddings);
    if (o.length > limit)
        throw hone::error("options.length", "rows that are longer than the model's positions", {},
                          {"at most ", limit}, o.length);
    const hone::row_limits limits{o.length,
                                  static_cast<std::int32_t>(model.config.end_of_text.front())};
    const auto data = rows_of(o.train, tokenizer, limits);
    hone::next_words dev;
    if (!o.dev.empty()) dev = rows_of(o.dev, tokenizer, limits);
    hone::team workers(o.threads);
    auto step = training_step_of<hone::next_word_batch, hone::trainable<HONE_TRAINABLE>>(
        model, workers, o.seed, next_word_loss);
    if constexpr (!std::is_same_v<text_decoder, plain_decoder>)
        hone::note_beside(model, step.weights());
    auto program = hone::evaluate<hone::next_word_batch>(model, next_word_loss, workers);
    watched watch{"loss", {}, true};
    if (!o.dev.empty())
        watch.score = [&] {
            decltype(program(std::declval<const hone::next_word_batch&>())) all;
            for (auto [epoch, n, batch] : hone::epochs(
                     1, hone::batches(dev, hone::tokens_per_batch(8192), hone::no_shuffle)))
                all += program(batch);
            return all.value();
        };
    return run_training(o, data, model, step, workers, watch, save_of(o, model, tokenizer));
}
