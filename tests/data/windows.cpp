// SPDX-License-Identifier: Apache-2.0
#include <hone/data/windows.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <hone/data/epochs.hpp>

#include "data/caught.hpp"
#include "data/reference.hpp"
#include "test.hpp"

using namespace hone;

namespace {

squad_table questions() { return parse_squad(reference()["squad"].value().write(), "squad.json"); }

} // namespace

TEST_CASE("Windows and the rows of answers are the reference's", "[data]") {
    const auto table = questions();
    const auto all = reference()["windows"];
    for (std::size_t k = 0; k < all.size(); ++k) {
        const auto wanted = all[k][2];
        const auto d = encode(table, small_tokenizer(),
                              {.length = static_cast<std::size_t>(all[k][0].integer()), .stride = static_cast<std::size_t>(all[k][1].integer())});
        d.check();
        REQUIRE(d.size() == wanted.size());
        std::vector<bool> held(table.questions.size());
        for (std::size_t i = 0; i < d.size(); ++i) {
            const auto w = wanted[i];
            INFO("length " << all[k][0].integer() << ", window " << i);
            CHECK(d.question[i] == w[0].integer());
            CHECK(d.start[i] == w[1].integer());
            CHECK(d.end[i] == w[2].integer());
            CHECK(listed(d.tokens(i)) == numbers(w[3]));
            CHECK(listed(d.types_of(i)) == numbers(w[4]));
            CHECK(d.context[i] == w[5].integer());
            CHECK(d.context_end[i] == w[6].integer());
            for (std::size_t t = 0; t < w[7].size(); ++t) {
                const auto row = static_cast<std::size_t>(d.context[i]) + t;
                CHECK(d.span(i, row, row) == text_span{numbers(w[7][t])[0], numbers(w[7][t])[1]});
            }
            if (d.start[i] > 0) held[static_cast<std::size_t>(d.question[i])] = true;
        }
        std::int64_t cut = 0;
        for (std::size_t q = 0; q < held.size(); ++q) cut += !table.questions[q].places.empty() && !held[q];
        CHECK(d.cut_answers == cut);
    }
}

TEST_CASE("Answers that no window holds are counted; windows that cannot go on are refused", "[data]") {
    auto table = questions();
    CHECK(encode(table, small_tokenizer(), {.length = 24, .stride = 0}).cut_answers == 1);
    CHECK(encode(table, small_tokenizer()).cut_answers == 0);
    const auto e = caught([&] { encode(table, small_tokenizer(), {.length = 11, .stride = 8}); });
    CHECK(e.code == "data.window");
    CHECK(e.expected == "a length above 11, the stride and the special tokens");
    const auto question = caught([&] { encode(table, small_tokenizer(), {.length = 12, .stride = 8}); });
    CHECK(question.code == "data.question_too_long");
    CHECK(question.where.name == "q0");
    CHECK(question.expected == "at most 0 tokens");
    table.contexts[0].clear();
    for (auto& q : table.questions) q.places.clear();
    const auto empty = encode(table, small_tokenizer(), {.length = 20, .stride = 4});
    CHECK(empty.size() == table.questions.size()); // a window each, without a context
    CHECK(empty.context == empty.context_end);
}

TEST_CASE("Batches of windows", "[data]") {
    const auto d = encode(questions(), small_tokenizer(), {.length = 40, .stride = 8});
    std::vector<std::int32_t> start, types;
    for (auto [epoch, n, batch] : epochs(1, batches(d, tokens_per_batch(100), no_shuffle))) {
        CHECK(batch.end.values.size() == batch.start.values.size());
        start.insert(start.end(), batch.start.values.begin(), batch.start.values.end());
        types.insert(types.end(), batch.tokens.types.begin(), batch.tokens.types.end());
    }
    CHECK(start == d.start);
    CHECK(types == d.types);
    auto wrong = d;
    wrong.end[0] = static_cast<std::int32_t>(wrong.length(0));
    CHECK(caught([&] { wrong.check(); }).code == "data.label_range");
    wrong.end.pop_back();
    CHECK(caught([&] { wrong.check(); }).code == "data.label_count");
}
