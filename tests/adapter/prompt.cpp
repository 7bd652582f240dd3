// Prompt tuning: its gradients, the same bits as a model that has the virtual tokens as words, and how long a text may be.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>
#include <hone/adapter/prefix.hpp>
#include <hone/adapter/prompt.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using prompted = adapt<bert_with_room, prompt<virtual_tokens<4>>, on<"**.word">>;
/// Has four words more.
struct bert_with_words : classify<bert<layers<3>, w12, heads<2>, inner<18>, vocabulary<words + 4>, positions<longest + 4>>, classes<label_count>> {};

/// Both texts, each behind the same prompt.
struct pair_of_texts {
    HONE_PARTS((reader, prompted))
    static constexpr auto call(auto self, token_field auto a, token_field auto b) { return self.reader(a) - scaled<1, 2>(self.reader(b)); }
};

/// The tokens of a field with ids words .. words + 3, of type 0, before each sequence.
tokens with_words(const tokens& t) {
    tokens longer({}, words, 1);
    for (std::size_t s = 0; s + 1 < t.offsets.size(); ++s) {
        for (std::int32_t k = 0; k < 4; ++k) {
            longer.ids.push_back(words + k);
            longer.types.push_back(0);
        }
        for (auto r = static_cast<std::size_t>(t.offsets[s]); r < static_cast<std::size_t>(t.offsets[s + 1]); ++r) {
            longer.ids.push_back(t.ids[r]);
            longer.types.push_back(t.types[r]);
        }
        longer.offsets.push_back(static_cast<std::int32_t>(longer.ids.size()));
    }
    return longer;
}

} // namespace

TEST_CASE("prompt tuning") { judge<prompted>(adapters_and_head{}, classified, drops); }
TEST_CASE("prompt tuning without dropout, the prompt alone") { judge<prompted>(trainable<adapters>{}, classified); }
TEST_CASE("everything trains, the prompt too") { judge<prompted>(all{}, classified, drops); }
TEST_CASE("a prompt beside LoRA on the same table, behind a prefix") {
    using tuned = adapt<bert_with_room, prefix<virtual_tokens<2>>, on<"**.attention">, lora<rank<2>>, on<"**.word">, prompt<virtual_tokens<2>>, on<"**.word">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("two texts of a batch behind one prompt") {
    judge<pair_of_texts>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}

TEST_CASE("virtual tokens are what words before the text would be, to the bit") {
    parameters<prompted, double> model;
    parameters<bert_with_words, double> plain;
    fill(model, 7);
    plain.each([&](named_weight<double> w) {
        const auto from = model.weight(w.name).values;
        std::copy(from.begin(), from.end(), w.values.begin());
        if (w.name == "bert.embeddings.word.weight") {
            const auto rows = model.weight("bert.embeddings.word.prompt.rows").values;
            std::copy(rows.begin(), rows.end(), w.values.begin() + words * 12);
        }
    });
    team alone(1);
    const auto longer = with_words(many.left);
    auto step = differentiate<text_batch>(model, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, alone);
    auto expected = differentiate<text_batch>(plain, all{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, alone);
    const double loss = step({many.left.rows(), many.label}).loss;
    CHECK(same_bits(loss, expected({longer.rows(), many.label}).loss));
    for (const auto& range : step.weights().ranges) {
        INFO(range.name);
        const double* to = nullptr;
        const bool rows = range.name == "bert.embeddings.word.prompt.rows";
        for (const auto& other : expected.weights().ranges)
            if (other.name == (rows ? "bert.embeddings.word.weight" : range.name)) to = expected.gradients().values + other.gradient + (rows ? words * 12 : 0);
        REQUIRE(to);
        CHECK(std::equal(to, to + range.count, step.gradients().values + range.gradient));
    }
}

TEST_CASE("a text has the positions that the prompt leaves, and its own ids are checked") {
    parameters<prompted, float> model;
    fill(model, 5);
    team alone(1);
    auto run = evaluate<token_batch>(model, [](auto m, auto b) { return m(b.tokens); }, alone);
    const tokens fits({1, longest}, words, 8), too_long({2, longest + 1}, words, 8);
    const auto refused = [&](const token_rows& rows, std::string_view code, std::string_view words_of_it) {
        try {
            run({rows});
            FAIL("no error");
        } catch (const error& e) {
            CHECK(e.code == code);
            CHECK(std::string(e.what()).find(words_of_it) != std::string::npos);
        }
    };
    CHECK(run({fits.rows()}).size() == 2 * label_count);
    refused(too_long.rows(), "step.too_long", "at most 9 beside 4 virtual tokens, found 10");
    auto wrong = fits;
    for (std::int32_t id : {-1, words}) {
        wrong.ids[4] = id;
        refused(wrong.rows(), "step.out_of_range", "a token id at position 4 of the batch is out of range (expected 0 to 12, found " + std::to_string(id));
    }
    CHECK(run({fits.rows()}).size() == 2 * label_count);
}

TEST_CASE("a batch reserved for takes no more memory, whatever its texts") {
    parameters<prompted, float> model;
    fill(model, 5);
    team workers(2);
    auto step = differentiate<pair_batch>(model, adapters_and_head{}, classified, workers);
    step.reserve({300, 200});
    const long bytes = step.arena_bytes();
    CHECK(bytes == step.plan().bytes({300, 200}, 2));
    CHECK(step.plan().virtual_tokens == 4);
    step(few.batch());
    step(many.batch());
    const pairs short_texts({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
                            {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 5);
    step(short_texts.batch());
    CHECK(step.arena_bytes() == bytes);
}
