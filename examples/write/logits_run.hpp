// `write logits` in a program that was compiled for its decoder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/tokens/any_tokenizer.hpp>

#include "../decoder_model.hpp"
#include "../program.hpp"
#include "logits.hpp"
#include "tokens.hpp"

/// A program that evaluates with products of a precision, or of the model's own numbers.
template <class Products, class Model, class Function>
auto evaluation_of(Model& model, Function function, hone::team& workers) {
    if constexpr (std::is_void_v<Products>)
        return hone::evaluate<hone::next_word_batch>(model, function, workers);
    else return hone::evaluate<Products, hone::next_word_batch>(model, function, workers);
}

/// One text as a batch.
struct one_text {
    std::vector<std::int32_t> ids, offsets, before, next;

    hone::next_word_batch batch() {
        const auto count = static_cast<std::int32_t>(ids.size());
        offsets = {0, count};
        before.clear();
        for (std::int32_t t = 0; t + 1 < count; ++t) before.push_back(t);
        next.assign(ids.begin() + 1, ids.end());
        return {{.ids = ids, .offsets = offsets}, {before}, {next}};
    }
};

template <class T, class Products = void>
int logits(const logits_options& o) {
    const hone::any_tokenizer tokenizer{std::filesystem::path(o.model)};
    auto model = load_decoder<T>(o.model, o.adapter);
    hone::team workers(o.threads);
    auto scores = evaluation_of<Products>(model, scores_of_next_words, workers);
    auto losses = evaluation_of<Products>(model, losses_of_words, workers);
    const auto text = hone::read_file(o.input, std::size_t{1} << 32);
    const auto limit = static_cast<std::size_t>(model.config.max_position_embeddings),
               words = static_cast<std::size_t>(model.config.vocab_size);
    one_text one;
    each_line(text, [&](std::string_view line, std::int64_t) {
        tokenizer.encode(line, one.ids, limit);
        std::printf("{\"ids\": %s, ",
                    numbers_in_brackets(std::span<const std::int32_t>(one.ids)).c_str());
        if (o.loss) {
            double sum = 0;
            if (one.ids.size() > 1)
                for (const T loss : losses(one.batch())) sum += static_cast<double>(loss);
            std::printf("\"loss\": %s, \"tokens\": %zu}\n", shortest(sum).c_str(),
                        one.ids.empty() ? 0 : one.ids.size() - 1);
            return;
        }
        std::fputs("\"logits\": [", stdout);
        if (!one.ids.empty()) {
            const std::span<const T> rows = scores(one.batch());
            for (std::size_t t = 0; t < one.ids.size(); ++t)
                std::printf("%s%s", t ? ", " : "",
                            numbers_in_brackets(rows.subspan(t * words, words)).c_str());
        }
        std::fputs("]}\n", stdout);
    });
    return 0;
}
