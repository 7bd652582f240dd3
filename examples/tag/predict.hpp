// `tag predict`: a JSON object a sentence; null for words that have no piece within the model's length.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdio>

#include <hone/file/json.hpp>

#include "model.hpp"
#include "options.hpp"

inline void append_numbers(std::string& to, std::span<const float> row) {
    to += '[';
    for (std::size_t k = 0; k < row.size(); ++k) {
        char text[32];
        if (k > 0) to += ", ";
        to.append(text, std::to_chars(text, text + sizeof text, row[k]).ptr);
    }
    to += ']';
}
/// `part(i)` for each of `count`, as a list.
template <class Part>
void append_list(std::string& to, const char* name, std::size_t count, Part part) {
    to += std::string("\"") + name + "\": [";
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0) to += ", ";
        part(i);
    }
    to += ']';
}

inline int predict(const tag_options& o) {
    auto model = hone::load<tagger>(o.model);
    if (model.drawn_head)
        throw hone::error("predict.untrained", "the folder has no classifier", {.file = o.model}, "a folder saved by tag train", "a checkpoint without a head");
    const hone::wordpiece tokenizer(o.model);
    auto table = hone::conll(o.input, {.token = o.token, .tag = o.token});
    const auto data = hone::encode(table, tokenizer, {}, HONE_POSITIONS);
    hone::team workers(o.threads);
    auto program = logits_program(model, workers);
    std::string line;
    tag_sentences(program, data, table, [&](std::size_t i, const word_logits& logits) {
        const auto words = table.words_of(i);
        line = "{";
        append_list(line, "words", words.size(), [&](std::size_t w) { line += hone::json(words[w]).write(); });
        line += ", ";
        append_list(line, "tags", words.size(), [&](std::size_t w) {
            line += logits[w].empty() ? "null" : hone::json(best_tag(logits[w], model.config.labels)).write();
        });
        if (o.logits) {
            line += ", ";
            append_list(line, "logits", words.size(), [&](std::size_t w) {
                if (logits[w].empty()) line += "null";
                else append_numbers(line, logits[w]);
            });
        }
        std::puts((line += '}').c_str());
    });
    return 0;
}
