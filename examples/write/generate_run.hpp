// `write generate` in a program that was compiled for its decoder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "tokens.hpp"
#include "writing.hpp"

/// Prompts, and what is said of each text as it comes.
struct prompts_and_texts {
    std::vector<std::vector<std::int32_t>> prompts;
    std::vector<hone::written_text> texts;

    prompts_and_texts(const generate_options& o, const hone::any_tokenizer& tokenizer) {
        const auto take = [&](std::string_view line) {
            tokenizer.encode(line, prompts.emplace_back());
            if (!o.ids || !o.stop.empty()) texts.emplace_back(tokenizer.stream(), std::vector{o.stop});
        };
        if (o.input.empty()) take(o.prompt);
        else
            each_line(hone::read_file(o.input, std::size_t{1} << 32),
                      [&](std::string_view line, std::int64_t) { take(line); });
    }
};

template <class T, class Products = void>
int generate(const generate_options& o) {
    const hone::any_tokenizer tokenizer{std::filesystem::path(o.model)};
    prompts_and_texts all(o, tokenizer);
    auto model = load_decoder<T>(o.model, o.adapter);
    hone::team workers(o.threads);
    auto program = writing_program<Products>(model, workers);
    const auto count = static_cast<long>(all.prompts.size());
    if (count == 0) return 0;
    hone::text_writer writer(
        program, {.slots = std::min(o.slots, count), .length = text_length(o, model.config)});
    const bool streams = o.input.empty() && !o.ids;
    const auto put = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
    const auto written = writer.write(
        all.prompts, {.most_new = o.most_new, .ends = text_ends(o.model, model.config)}, o.how,
        [&](std::size_t k, std::int32_t id) {
            if (all.texts.empty()) return true;
            const auto fresh = all.texts[k].add(id);
            if (streams) {
                put(fresh);
                std::fflush(stdout);
            }
            return !all.texts[k].stopped();
        });
    if (o.ids)
        for (const auto& ids : written) {
            std::string line;
            for (const auto id : ids) line.append(line.empty() ? 0u : 1u, ' ').append(std::to_string(id));
            std::puts(line.c_str());
        }
    else if (streams) {
        put(all.texts[0].finish());
        put("\n");
    } else
        for (auto& text : all.texts) {
            text.finish();
            std::puts(hone::json_quoted(text.text()).c_str());
        }
    return 0;
}
