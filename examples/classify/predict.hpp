// Answers of a trained model: logits of a dataset, `classify predict`, `classify tokens`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <hone/checkpoint/head.hpp>

#include "../program.hpp"
#include "choice.hpp"
#include "model.hpp"
#include "options.hpp"

/// What the program that reads logits computes; one function, so that whoever reads them has the same program.
inline constexpr auto read_logits = [](auto m, auto batch) { return m(batch.tokens); };
inline auto logits_program(hone::pretrained<text_classifier>& model, hone::team& workers) { return hone::evaluate<hone::token_batch>(model, read_logits, workers); }

using logits_reader = decltype(logits_program(std::declval<hone::pretrained<text_classifier>&>(), std::declval<hone::team&>()));

/// Texts and their logits, some thousand tokens at a time, in the order given: calls use(text number, logits) for each of the `count`
/// texts; `add(rows, i)` adds its tokens.
inline void answer(logits_reader& program, std::size_t count, const std::function<void(hone::batch_rows&, std::size_t)>& add,
                   const std::function<void(std::size_t, std::span<const float>)>& use) {
    hone::batch_rows rows, next;
    std::size_t first = 0;
    const auto flush = [&](std::size_t end) {
        if (first == end) return;
        const auto logits = program({.tokens = rows.tokens()});
        const auto width = static_cast<std::size_t>(program.width());
        for (std::size_t i = first; i < end; ++i) use(i, logits.subspan((i - first) * width, width));
        first = end;
        rows.clear();
    };
    for (std::size_t i = 0; i < count; ++i) {
        next.clear();
        add(next, i);
        if (rows.ids.size() + next.ids.size() > 8192) flush(i);
        rows.add(next.ids, next.types);
    }
    flush(count);
}

/// Lines of a text: a line ends at \n and nowhere else; a last line without one counts.
inline std::vector<std::string> lines_in(std::string_view all) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size();) {
        auto end = all.find('\n', at);
        if (end == all.npos) end = all.size();
        lines.emplace_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}
inline std::vector<std::string> lines_of(const std::string& path) { return lines_in(hone::read_file(path, std::size_t{1} << 32)); }

/// The texts to answer, read as training reads them; what is no text file is refused. Errors: options.text, data.*.
inline hone::text_table texts_of(const answer_options& o) {
    const auto dot = o.input.rfind('.');
    const auto ending = hone::detail::lower_case(dot == o.input.npos ? std::string() : o.input.substr(dot));
    const bool is_table = ending == ".csv" || ending == ".jsonl" || ending == ".json";
    if (is_table || !o.pair.empty()) {
        hone::table_options how;
        if (!o.pair.empty()) how.second = hone::column::of(o.pair);
        if (!is_table) return hone::tsv(o.input, hone::text_column{hone::column::of(o.text.empty() ? "0" : o.text)}, {}, how);
        if (o.text.empty()) throw hone::error("options.text", "which column holds the texts? --text says it", {.file = o.input}, "a number from 0, or a name", "none");
        return hone::read_table(o.input, hone::text_column{hone::column::of(o.text)}, {}, how);
    }
    hone::text_table table;
    table.file = o.input;
    const auto bytes = hone::read_file(o.input, std::size_t{1} << 32);
    if (!bytes.empty()) table.text = lines_in(hone::text_of(bytes, o.input));
    for (auto& line : table.text) {
        line.resize(std::min(line.find('\t'), line.size()));
        table.line.push_back(static_cast<std::int64_t>(table.line.size()) + 1);
    }
    return table;
}

/// softmax(logits)[which]
inline double probability(std::span<const float> logits, std::size_t which) {
    double sum = 0;
    for (float z : logits) sum += std::exp(static_cast<double>(z) - static_cast<double>(logits[which]));
    return 1 / sum;
}

/// `of(i)` for each logit, parted by blanks.
template <class Of>
std::string in_a_row(std::span<const float> row, Of of) {
    std::string all;
    for (std::size_t i = 0; i < row.size(); ++i) all += (i ? " " : "") + of(i);
    return all;
}

/// One line of answer: what the head means, a tab, and the probabilities or all logits.
inline std::string answer_line(std::span<const float> row, const std::vector<std::string>& names, hone::head_kind kind, bool logits) {
    const auto rounded = [](double p) {
        char text[32];
        std::snprintf(text, sizeof text, "%.4f", p);
        return std::string(text);
    };
    const auto all = in_a_row(row, [&](std::size_t i) { return shortest(row[i]); });
    if (kind == hone::head_kind::number) return logits ? all + "\t" + all : all;
    const auto name = [&](std::size_t i) { return i < names.size() ? hone::printable(names[i], true) : "LABEL_" + std::to_string(i); };
    if (kind == hone::head_kind::any_labels) {
        std::string holding;
        for (std::size_t i = 0; i < row.size(); ++i)
            if (row[i] > 0) holding += (holding.empty() ? "" : "|") + name(i);
        return holding + "\t" + (logits ? all : in_a_row(row, [&](std::size_t i) { return rounded(1 / (1 + std::exp(-static_cast<double>(row[i])))); }));
    }
    const auto best = static_cast<std::size_t>(hone::best_class(row));
    return name(best) + "\t" + (logits ? all : rounded(probability(row, best)));
}

/// Each id has a row in the model's embedding, or it is an error: a tokenizer may know more words. Error: data.unknown_word.
inline void check_rows(const hone::wordpiece& tokenizer, std::span<const std::int32_t> ids, hone::place_view at) {
    for (const auto id : ids)
        if (id >= HONE_VOCABULARY)
            throw hone::error("data.unknown_word", "a word of the tokenizer that the model has no row for", at, {"ids below ", HONE_VOCABULARY, ", the rows of its embedding"},
                              {hone::in_quotes(tokenizer.token(id), 64), ", id ", id});
}

inline void encode_checked(const hone::wordpiece& tokenizer, std::string_view text, std::vector<std::int32_t>& ids, hone::place_view at) {
    tokenizer.encode(text, ids, text_limit);
    check_rows(tokenizer, ids, at);
}

inline int predict(const answer_options& o) {
    auto model = load_with(o.model, o.adapter);
    if (model.drawn_head || model.drawn_pooler)
        throw hone::error("predict.untrained", "the folder has no classifier, or no pooler before it", {.file = o.model}, "a folder saved by classify train", "a checkpoint without a head");
    const auto kind = hone::head_of(model.config, model.classes(), o.adapter.empty() || adapter_classes(o.adapter) == 0);
    if (kind == hone::head_kind::another)
        throw hone::error("predict.another_head", "the folder's head is no classifier of texts", {.file = o.model, .name = "architectures"}, model.names().head().architecture,
                          hone::in_quotes(hone::architecture_of(model.config), 64));
    for (const auto& n : model.notices)
        if (n.code.starts_with("adapter.") || n.code == "config.label_id" || n.code == "config.label_twice") std::fprintf(stderr, "note: %s\n", hone::printable(n.text).c_str());
    const hone::wordpiece tokenizer(o.model);
    const auto texts = texts_of(o);
    hone::team workers(o.threads);
    auto program = logits_program(model, workers);
    std::vector<std::int32_t> ids, types;
    answer(
        program, texts.size(),
        [&](hone::batch_rows& to, std::size_t i) {
            ids.clear();
            types.clear();
            if (texts.paired()) tokenizer.encode(texts.text[i], texts.second[i], ids, types, text_limit);
            else tokenizer.encode(texts.text[i], ids, text_limit);
            check_rows(tokenizer, ids, texts.at(i));
            to.add(ids, types);
        },
        [&](std::size_t, std::span<const float> row) { std::puts(answer_line(row, model.config.labels, kind, o.logits).c_str()); });
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
