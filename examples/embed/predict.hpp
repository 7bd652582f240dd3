// `embed predict`: the vector of each line.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "../encoder.hpp"
#include "../lines.hpp"
#include "options.hpp"

#include <hone/layer/embed.hpp>

using text_embedder = hone::embed<encoder>;

/// Calls use(row) for each line, some thousand tokens at a time.
template <bool Normalize, class Use>
void embed_lines(hone::pretrained<text_embedder>& model, const std::vector<std::string>& lines, const predict_options& o, Use use) {
    constexpr auto rows_of = [](auto m, auto batch) {
        if constexpr (Normalize) return hone::of_length_one(m(batch.tokens));
        else return m(batch.tokens);
    };
    const hone::wordpiece tokenizer(o.model);
    hone::team workers(o.threads);
    auto program = hone::evaluate<hone::token_batch>(model, rows_of, workers);
    hone::batch_rows texts;
    std::vector<std::int32_t> ids;
    const auto flush = [&] {
        if (texts.ids.empty()) return;
        const auto rows = program({.tokens = texts.tokens()});
        for (std::size_t at = 0; at < rows.size(); at += HONE_WIDTH) use(rows.subspan(at, HONE_WIDTH));
        texts.clear();
    };
    for (const auto& line : lines) {
        tokenizer.encode(std::string_view(line).substr(0, line.find('\t')), ids, HONE_POSITIONS);
        if (texts.ids.size() + ids.size() > 8192) flush();
        texts.add(ids, {});
    }
    flush();
}

inline int predict(const predict_options& o) {
    auto model = hone::load<text_embedder>(o.model);
    const auto print = [](std::span<const float> row) {
        for (std::size_t j = 0; j < row.size(); ++j) std::printf(j ? " %s" : "%s", shortest(row[j]).c_str());
        std::putchar('\n');
    };
    const auto lines = lines_of(o.input);
    o.normalize ? embed_lines<true>(model, lines, o, print) : embed_lines<false>(model, lines, o, print);
    return 0;
}
