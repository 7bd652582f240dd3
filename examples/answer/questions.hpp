// The model of `answer`, the windows of its questions, and the answers that are found in them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/answers.hpp>
#include <hone/layer/answer.hpp>
#include <hone/loss/position.hpp>
#include <hone/metric/squad.hpp>

#include "../training.hpp"

struct question_answerer : hone::answer<encoder> {};

/// The questions of a file and their windows.
struct asked {
    hone::squad_table table;
    hone::answer_dataset data;

    asked(const std::string& path, const hone::wordpiece& tokenizer,
          const hone::window_options& windows)
        : table(hone::squad(path)), data(hone::encode(table, tokenizer, windows)) {
        for (const auto& n : table.notices) std::fprintf(stderr, "note: %s\n", n.text.c_str());
    }
};

inline constexpr auto scores = [](auto m, auto batch) { return m(batch.tokens); };
inline auto scores_program(hone::pretrained<question_answerer>& model, hone::team& workers) {
    return hone::evaluate<hone::answer_batch>(model, scores, workers);
}
using scores_reader = decltype(scores_program(std::declval<hone::pretrained<question_answerer>&>(),
                                              std::declval<hone::team&>()));

/// Calls use(window, start, end) for each window, in their order: a score a token.
template <class Use>
void each_window(scores_reader& program, const hone::answer_dataset& data, Use use) {
    std::vector<float> start, end;
    std::size_t window = 0;
    for (auto [epoch, n, batch] :
         hone::epochs(1, hone::batches(data, hone::tokens_per_batch(8192), hone::no_shuffle))) {
        const float* at = program(batch).data();
        for (std::size_t i = 0; i + 1 < batch.tokens.offsets.size(); ++i, ++window) {
            start.clear();
            end.clear();
            for (auto rows = batch.tokens.offsets[i + 1] - batch.tokens.offsets[i]; rows > 0;
                 --rows, at += 2) {
                start.push_back(at[0]);
                end.push_back(at[1]);
            }
            use(window, std::span<const float>(start), std::span<const float>(end));
        }
    }
}
/// The windows of each question, searched. `see(window, start, end)` is shown every window too.
template <class See>
std::vector<hone::answer_search> search(scores_reader& program, const asked& questions,
                                        const hone::answer_options& options, See see) {
    std::vector<hone::answer_search> found(questions.table.questions.size(),
                                           hone::answer_search(options));
    each_window(program, questions.data, [&](std::size_t window, auto start, auto end) {
        found[static_cast<std::size_t>(questions.data.question[window])].add(questions.data, window,
                                                                             start, end);
        see(window, start, end);
    });
    return found;
}
inline std::string text_of(const asked& questions, std::size_t q,
                           const hone::answer_search& found) {
    const auto& question = questions.table.questions[q];
    return found.text(questions.table.contexts[question.context], question.may_be_empty);
}
/// Of the questions that have an answer, and in a file of 2.0 of all; of none where there is none.
inline hone::squad_figures figures(const asked& questions,
                                   const std::vector<hone::answer_search>& found) {
    const bool second =
        std::any_of(questions.table.questions.begin(), questions.table.questions.end(),
                    [](const auto& q) { return q.may_be_empty; });
    hone::squad_score metric(second ? 2 : 1);
    for (std::size_t q = 0; q < found.size(); ++q)
        if (const auto& question = questions.table.questions[q];
            second || !question.answers.empty())
            metric.add(text_of(questions, q, found[q]), question.answers);
    return metric.questions(true) + metric.questions(false) > 0 ? metric.all()
                                                                : hone::squad_figures{};
}

/// All answers as a JSON object by question.
inline std::string predictions(const asked& questions,
                               const std::vector<hone::answer_search>& found) {
    std::string text = "{";
    for (std::size_t q = 0; q < found.size(); ++q)
        text += (q ? ", " : "") + hone::json_quoted(questions.table.questions[q].id) + ": " +
                hone::json_quoted(text_of(questions, q, found[q]));
    return text + "}\n";
}
/// The best stretches of each question with their start + end; in a file of 2.0 also no answer.
inline std::string n_best(const asked& questions, const std::vector<hone::answer_search>& found) {
    std::string text = "{";
    for (std::size_t q = 0; q < found.size(); ++q) {
        const auto& question = questions.table.questions[q];
        text += (q ? ",\n" : "\n") + hone::json_quoted(question.id) + ": [";
        const char* between = "";
        const auto add = [&](std::string_view answer, double score) {
            text += between + ("{\"text\": " + hone::json_quoted(answer)) +
                    ", \"score\": " + shortest(score) + "}";
            between = ", ";
        };
        for (const auto& b : found[q].best())
            add(hone::part_of(questions.table.contexts[question.context], b.span), b.score);
        if (question.may_be_empty) add("", found[q].empty());
        text += "]";
    }
    return text + "\n}\n";
}
