// Words and answers out of the rows of a program: batches of several sentences, words without a
// piece, windows of one question.
// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include <hone/loop/found_answers.hpp>
#include <hone/loop/word_logits.hpp>
#include <hone/metric/entity_table.hpp>

#include "test.hpp"

namespace {

/// Each token's row is its id, and its id times ten.
template <class Batch>
struct echo {
    std::vector<float> rows{};
    int calls = 0;
    int width() const { return 2; }
    std::span<const float> operator()(const Batch& batch) {
        ++calls;
        rows.clear();
        for (const auto id : batch.tokens.ids) {
            rows.push_back(static_cast<float>(id));
            rows.push_back(static_cast<float>(10 * id));
        }
        return rows;
    }
};
} // namespace

TEST_CASE("Each word has the logits of its first piece, or none") {
    hone::sentence_table table = hone::parse_conll("aaa O\nbbbb O\n\ncc O\n-- O\n", "f", {});
    hone::tagged_dataset data;
    // [CLS] aaa bb bb [SEP]; [CLS] cc [SEP], whose second word has no piece
    const std::vector<std::int32_t> first{1, 3, 5, 6, 2}, second{1, 7, 2};
    data.append(first);
    data.append(second);
    data.word = {-1, 0, 1, 1, -1, -1, 0, -1};
    echo<hone::token_batch> program;
    std::vector<float> seen;
    hone::each_sentence(program, data, table, [&](std::size_t i, const auto& logits) {
        CHECK(logits.size() == 2);
        for (const auto& row : logits) seen.push_back(row.empty() ? -1.f : row[0]);
        CHECK(logits[0][1] == 10 * logits[0][0]);
        CHECK(i == seen.size() / 2 - 1);
    });
    CHECK(program.calls == 1);
    CHECK(seen == std::vector<float>{3, 5, 7, -1});
    const float row[] = {1, 5, 2};
    CHECK(hone::best_name(row, {"a", "b"}) == "b");
    CHECK(hone::best_name(row, {"a"}) == "LABEL_1");
    CHECK(hone::best_name({}, {"a"}).empty());
}
TEST_CASE("Answers are searched in all windows of their question") {
    hone::asked_questions asked;
    asked.table = hone::parse_squad(
        R"({"version": "2.0", "data": [{"paragraphs": [{"context": "ab cd ef", "qas": [
            {"id": "q1", "question": "who", "answers": [{"text": "ef", "answer_start": 6}]},
            {"id": "q2", "question": "who", "answers": [], "is_impossible": true}]}]}]})",
        "f");
    // windows [CLS] a a: two of the first question, one of the second
    const auto window = [&](std::int32_t q, std::int32_t cls, std::int32_t x, std::int32_t y, hone::text_span a, hone::text_span b) {
        const std::vector<std::int32_t> ids{cls, x, y};
        asked.data.append(ids);
        asked.data.start.push_back(0);
        asked.data.end.push_back(0);
        asked.data.question.push_back(q);
        asked.data.context.push_back(1);
        asked.data.context_end.push_back(3);
        asked.data.spans.insert(asked.data.spans.end(), {{}, a, b});
    };
    window(0, 1, 2, 3, {0, 2}, {3, 5});
    window(0, 1, 2, 9, {3, 5}, {6, 8});
    window(1, 9, 1, 1, {0, 2}, {3, 5});
    echo<hone::answer_batch> program;
    std::vector<float> starts;
    hone::search_answers(program, asked, {.longest = 1, .count = 2},
                         [&](std::size_t, auto start, auto) { starts.insert(starts.end(), start.begin(), start.end()); });
    CHECK(starts == std::vector<float>{1, 2, 3, 1, 2, 9, 9, 1, 1});
    CHECK(asked.text(0) == "ef");
    CHECK(asked.text(1).empty());
    CHECK(asked.predictions() == "{\"q1\": \"ef\", \"q2\": \"\"}\n");
    CHECK(asked.n_best() == "{\n\"q1\": [{\"text\": \"ef\", \"score\": 99}, {\"text\": \"cd\", \"score\": 33}],\n"
          "\"q2\": [{\"text\": \"ab\", \"score\": 11}, {\"text\": \"cd\", \"score\": 11}, "
          "{\"text\": \"\", \"score\": 99}]\n}\n");
    const auto all = asked.figures();
    CHECK(all.questions == 2);
    CHECK(all.exact_match == 100);
}
TEST_CASE("A table of entities has a line a type and three averages") {
    hone::entity_report entities;
    const std::vector<std::string> right{"B-PER", "O", "B-ORG"}, found{"B-PER", "O", "O"};
    entities.add(right, found);
    CHECK(hone::entity_table(entities, 2) == "             precision    recall  f1-score   support\n"
                                             "         ORG      0.00      0.00      0.00         1\n"
                                             "         PER      1.00      1.00      1.00         1\n"
                                             "   micro avg      1.00      0.50      0.67         2\n"
                                             "   macro avg      0.50      0.50      0.50         2\n"
                                             "weighted avg      0.50      0.50      0.50         2\n");
}
