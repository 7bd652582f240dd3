// Answers in texts, from a program that gives two scores a token: all windows of each question are
// searched, and what was found is written as people exchange it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/data/answers.hpp"
#include "hone/data/batches.hpp"
#include "hone/data/epochs.hpp"
#include "hone/data/squad.hpp"
#include "hone/data/windows.hpp"
#include "hone/file/json.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/squad.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The questions of a file, their windows, and what was found for each.
struct asked_questions {
    squad_table table;
    answer_dataset data;
    std::vector<answer_search> found{};

    /// The answer to question q.
    std::string text(std::size_t q) const {
        const auto& question = table.questions[q];
        return found[q].text(table.contexts[question.context], question.may_be_empty);
    }
    /// Of the questions that have an answer, and in a file of 2.0 of all; zeros where there is none.
    squad_figures figures() const {
        const auto& all = table.questions;
        const bool second = std::any_of(all.begin(), all.end(), [](const auto& q) { return q.may_be_empty; });
        squad_score metric(second ? 2 : 1);
        for (std::size_t q = 0; q < found.size(); ++q)
            if (second || !all[q].answers.empty()) metric.add(text(q), all[q].answers);
        return metric.questions(true) + metric.questions(false) > 0 ? metric.all() : squad_figures{};
    }
    /// All answers as a JSON object by question: SQuAD's file of predictions.
    std::string predictions() const {
        std::string out = "{";
        for (std::size_t q = 0; q < found.size(); ++q)
            out += (q ? ", " : "") + json_quoted(table.questions[q].id) + ": " + json_quoted(text(q));
        return out + "}\n";
    }
    /// The best stretches of each question with their start + end; where none is allowed also "".
    std::string n_best() const {
        std::string out = "{";
        for (std::size_t q = 0; q < found.size(); ++q) {
            const auto& question = table.questions[q];
            out += (q ? ",\n" : "\n") + json_quoted(question.id) + ": [";
            const char* between = "";
            const auto add = [&](std::string_view answer, double score) {
                char number[40];
                out += between + ("{\"text\": " + json_quoted(answer)) + ", \"score\": ";
                out.append(number, std::to_chars(number, number + sizeof number, score).ptr) += "}";
                between = ", ";
            };
            for (const auto& b : found[q].best()) add(part_of(table.contexts[question.context], b.span), b.score);
            if (question.may_be_empty) add("", found[q].empty());
            out += "]";
        }
        return out + "\n}\n";
    }
};

/// Searches all windows. `program(batch)` gives (tokens, 2): scores of start and end. `see(window,
/// start, end)` is shown the scores of every window.
template <class Program, class See>
void search_answers(Program& program, asked_questions& asked, const answer_options& options, const See& see) {
    asked.found.assign(asked.table.questions.size(), answer_search(options));
    const auto windows = batches(asked.data, tokens_per_batch(8192), no_shuffle);
    std::vector<float> start, end;
    std::size_t window = 0;
    for (auto [epoch, n, batch] : epochs(1, windows)) {
        const float* at = program(batch).data();
        const auto& offsets = batch.tokens.offsets;
        for (std::size_t i = 0; i + 1 < offsets.size(); ++i, ++window) {
            start.clear();
            end.clear();
            for (auto rows = offsets[i + 1] - offsets[i]; rows > 0; --rows, at += 2) {
                start.push_back(at[0]);
                end.push_back(at[1]);
            }
            const std::span<const float> first(start), last(end);
            const auto q = static_cast<std::size_t>(asked.data.question[window]);
            asked.found[q].add(asked.data, window, first, last);
            see(window, first, last);
        }
    }
}

} // namespace hone
HONE_COMPACT_END
