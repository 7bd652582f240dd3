// Answers of a trained model: logits of a dataset, `classify predict`, `classify tokens`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "choice.hpp"
#include "model.hpp"
#include "options.hpp"

/// What the program that reads logits computes; one function, so that whoever reads them has the same program.
inline constexpr auto read_logits = [](auto m, auto batch) { return m(batch.tokens); };
inline auto logits_program(hone::pretrained<text_classifier>& model, hone::team& workers) { return hone::evaluate<hone::token_batch>(model, read_logits, workers); }

using logits_reader = decltype(logits_program(std::declval<hone::pretrained<text_classifier>&>(), std::declval<hone::team&>()));

/// Texts and their logits, some thousand tokens at a time, in the order given: calls use(text number, logits) for each of the `count`
/// texts; `ids_of(i)` gives its token ids.
inline void answer(logits_reader& program, std::size_t count, const std::function<std::span<const std::int32_t>(std::size_t)>& ids_of,
                   const std::function<void(std::size_t, std::span<const float>)>& use) {
    std::vector<std::int32_t> ids, offsets{0};
    std::size_t first = 0;
    const auto flush = [&] {
        if (offsets.size() < 2) return;
        const auto rows = program({.tokens = {.ids = ids, .offsets = offsets}});
        const auto width = static_cast<std::size_t>(program.width());
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i) use(first + i, rows.subspan(i * width, width));
        first += offsets.size() - 1;
        ids.clear();
        offsets.assign(1, 0);
    };
    for (std::size_t i = 0; i < count; ++i) {
        const auto text = ids_of(i);
        if (ids.size() + text.size() > 8192) flush();
        ids.insert(ids.end(), text.begin(), text.end());
        offsets.push_back(static_cast<std::int32_t>(ids.size()));
    }
    flush();
}

/// Lines of a file: a line ends at \n and nowhere else; a last line without one counts.
inline std::vector<std::string> lines_of(const std::string& path) {
    const auto all = hone::read_file(path, std::size_t{1} << 32);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size();) {
        auto end = all.find('\n', at);
        if (end == all.npos) end = all.size();
        lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

/// softmax(logits)[which]
inline double probability(std::span<const float> logits, std::size_t which) {
    double sum = 0;
    for (float z : logits) sum += std::exp(static_cast<double>(z) - static_cast<double>(logits[which]));
    return 1 / sum;
}

inline int predict(const answer_options& o) {
    auto model = hone::load<text_classifier>(o.model, o.adapter.empty() ? 0 : adapter_classes(o.adapter));
    if (!o.adapter.empty()) take_adapter(model, o.adapter);
    if (model.drawn_head)
        throw hone::error("predict.untrained", "the folder has no classifier", {.file = o.model}, "a folder saved by classify train", "a checkpoint without a head");
    const hone::wordpiece tokenizer(o.model);
    const auto lines = lines_of(o.input);
    hone::team workers(o.threads);
    auto program = logits_program(model, workers);
    std::vector<std::int32_t> ids;
    answer(
        program, lines.size(),
        [&](std::size_t i) {
            tokenizer.encode(std::string_view(lines[i]).substr(0, lines[i].find('\t')), ids, text_limit);
            return std::span<const std::int32_t>(ids);
        },
        [&](std::size_t, std::span<const float> row) {
            const auto best = static_cast<std::size_t>(hone::best_class(row));
            const auto& names = model.config.labels;
            std::fputs(best < names.size() ? names[best].c_str() : ("LABEL_" + std::to_string(best)).c_str(), stdout);
            if (!o.logits) {
                std::printf("\t%.4f\n", probability(row, best));
                return;
            }
            char separator = '\t';
            for (float z : row) {
                char text[32];
                const auto end = std::to_chars(text, text + sizeof text, z).ptr;
                std::putchar(separator);
                std::fwrite(text, 1, static_cast<std::size_t>(end - text), stdout);
                separator = ' ';
            }
            std::putchar('\n');
        });
    return 0;
}

inline int tokens(const answer_options& o) {
    const hone::wordpiece tokenizer(o.model);
    std::vector<std::int32_t> ids;
    for (const auto& line : lines_of(o.input)) {
        tokenizer.encode(line, ids, HONE_POSITIONS);
        for (std::size_t i = 0; i < ids.size(); ++i) std::printf(i ? " %d" : "%d", ids[i]);
        std::putchar('\n');
    }
    return 0;
}
