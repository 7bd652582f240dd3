// What a step says of batches that it cannot compute, what it does with rows that do not count, and batches that make one step together.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w12 = width<12>;

struct classifier : classify<bert<layers<2>, w12, heads<3>, hone::inner<20>, vocabulary<words>, positions<longest>>, classes<run_time>> {};
struct two_heads {
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<2, plain_block<w12>>), (head, linear<w12, classes<run_time>>),
               (score, linear<w12, width<1>>))
    static constexpr auto call(auto self, auto t) { return mean_sequence(self.blocks(self.word(t.ids))); }
};
/// Logits are a table of their own: what is wrong with them is wrong with nothing else.
struct bare {
    HONE_PARTS((logits, matrix<words, 3>))
    static constexpr auto call(auto self, auto t) { return first_token(look_up(self.logits, t.ids)); }
};

constexpr auto loss_of_text = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

/// A step, and a batch that is right until a test spoils it.
struct spoilt {
    parameters<classifier, double> model{label_count};
    team alone{1};
    std::vector<std::int32_t> ids{1, 2, 3, 4, 5, 6}, offsets{0, 2, 3, 6}, types{0, 1, 0, 0, 1, 1}, label{0, 2, 1};

    error caught() {
        fill(model, 61, 0.4);
        auto step = differentiate(model, all{}, loss_of_text, alone);
        try {
            step(text_batch{{ids, offsets, types}, label});
        } catch (const error& e) {
            CHECK(step.count() == 0);
            return e;
        }
        FAIL("no error");
        throw 0;
    }
};

} // namespace

TEST_CASE("a batch that is right gives a loss") {
    spoilt s;
    fill(s.model, 61, 0.4);
    auto step = differentiate(s.model, all{}, loss_of_text, s.alone);
    CHECK(step(text_batch{{s.ids, s.offsets, s.types}, s.label}).loss > 0);
    CHECK(step(text_batch{{s.ids, s.offsets}, s.label}).loss > 0); // no types: all of type 0
    CHECK(step.count() == 2);
}
TEST_CASE("an empty batch is an error") {
    spoilt s;
    s.ids = s.types = s.label = {};
    const bool without_offsets = GENERATE(false, true);
    s.offsets = without_offsets ? std::vector<std::int32_t>{} : std::vector<std::int32_t>{0};
    const auto e = s.caught();
    CHECK(e.code == "step.empty_batch");
    CHECK(e.found == (without_offsets ? "0 offsets" : "1 offsets"));
}
TEST_CASE("a sequence without tokens is an error") {
    spoilt s;
    s.offsets = {0, 2, 2, 6};
    const auto e = s.caught();
    CHECK(e.code == "step.empty_sequence");
    CHECK(e.where.name == "tokens");
    CHECK(e.found == "0");
}
TEST_CASE("offsets that do not cover the tokens, or go back, are an error") {
    spoilt s;
    const int which = GENERATE(0, 1, 2, 3);
    s.offsets =
        std::array<std::vector<std::int32_t>, 4>{{{0, 2, 3, 5}, {1, 2, 3, 6}, {0, 7, 3, 6}, {0, 3, 2, 6}}}[static_cast<std::size_t>(which)];
    const auto e = s.caught();
    CHECK(e.code == (which < 2 ? "step.offsets" : "step.empty_sequence"));
    CHECK(e.where.name == "tokens");
}
TEST_CASE("types of another number than the ids are an error") {
    spoilt s;
    s.types.pop_back();
    CHECK(s.caught().code == "step.offsets");
}
TEST_CASE("an id outside the vocabulary is an error that says which") {
    spoilt s;
    const std::int32_t id = GENERATE(-1, 13, 2147483647, -2147483647 - 1);
    s.ids[4] = id;
    const auto e = s.caught();
    CHECK(e.code == "step.out_of_range");
    CHECK(e.where.name == "tokens");
    CHECK(std::string(e.what()).find("position 4") != std::string::npos);
    CHECK(e.expected == "0 to " + std::to_string(words - 1));
    CHECK(e.found == std::to_string(id));
}
TEST_CASE("a token type that the model does not have is an error") {
    spoilt s;
    s.types[1] = 2;
    const auto e = s.caught();
    CHECK(e.code == "step.out_of_range");
    CHECK(e.expected == "0 to 1");
    CHECK(e.found == "2");
}
TEST_CASE("a text longer than the positions is an error") {
    spoilt s;
    s.ids.assign(12, 1);
    s.types.clear();
    s.offsets = {0, 1, 11, 12};
    const auto e = s.caught();
    CHECK(e.code == "step.too_long");
    CHECK(e.expected == "at most 9");
    CHECK(e.found == "10");
}
TEST_CASE("a label outside the classes is an error") {
    spoilt s;
    const std::int32_t label = GENERATE(-1, 3, -99, 1000000);
    s.label[1] = label;
    const auto e = s.caught();
    CHECK(e.code == "step.out_of_range");
    CHECK(e.where.name == "label");
    CHECK(e.expected == "0 to 2, or -100 to ignore the row");
    CHECK(e.found == std::to_string(label));
}
TEST_CASE("labels of another number than the sequences are an error") {
    spoilt s;
    s.label.pop_back();
    const auto e = s.caught();
    CHECK(e.code == "step.sequences_differ");
    CHECK(e.expected == "3");
    CHECK(e.found == "2");
}
TEST_CASE("features of another number than the sequences, or half a row of them, are an error") {
    parameters<two_heads, double> model(label_count);
    fill(model, 1, 0.4);
    team alone(1);
    auto step = differentiate<pair_batch>(
        model, trainable<on<"word.**", "blocks.**", "score.**">>{},
        [](auto m, auto b) { return squared_error(m.score(m(b.left)), b.target * sum_columns(b.features)); }, alone);
    auto batch = few.batch();
    batch.features.values = batch.features.values.first(GENERATE(std::size_t{9}, std::size_t{11}));
    try {
        step(batch);
        FAIL("no error");
    } catch (const error& e) {
        CHECK(e.code == "step.sequences_differ");
    }
}
TEST_CASE("after an error the step goes on as if nothing had been") {
    spoilt s;
    fill(s.model, 61, 0.4);
    auto step = differentiate(s.model, all{}, loss_of_text, s.alone), fresh = differentiate(s.model, all{}, loss_of_text, s.alone);
    auto wrong = s.ids;
    wrong[0] = 99;
    CHECK_THROWS_AS(step(text_batch{{wrong, s.offsets}, s.label}), error);
    const double a = step(text_batch{{s.ids, s.offsets}, s.label}).loss, b = fresh(text_batch{{s.ids, s.offsets}, s.label}).loss;
    CHECK(same_bits(a, b));
}

TEST_CASE("a loss that is not finite is an error; it counts as a step and changes no weight") {
    parameters<bare, double> model;
    fill(model, 3, 1);
    model.weight("logits").values[0] = GENERATE(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity());
    team alone(1);
    auto step = differentiate(model, all{}, loss_of_text, alone);
    const std::vector<std::int32_t> ids{0, 1}, offsets{0, 1, 2}, label{1, 2};
    try {
        step(text_batch{{ids, offsets}, label});
        FAIL("no error");
    } catch (const error& e) {
        CHECK(e.code == "step.loss_not_finite");
        CHECK(e.expected == "a finite number");
    }
    CHECK(step.count() == 1);
}
TEST_CASE("an ignored row has gradient exactly 0 even where its logits are not numbers") {
    parameters<bare, double> model;
    fill(model, 3, 1);
    const double bad = GENERATE(std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity());
    auto logits = model.weight("logits").values;
    for (std::size_t i = 0; i < 3; ++i)
        logits[i] = bad;
    team alone(1);
    auto step = differentiate(model, all{}, loss_of_text, alone);
    const std::vector<std::int32_t> ids{0, 1, 2}, offsets{0, 1, 2, 3}, label{-100, 2, 0}, others{1, 2}, begin{0, 1, 2},
        labels_of_others{2, 0};
    const auto [loss, g] = step(text_batch{{ids, offsets}, label});
    const std::vector<double> given(g.values, g.values + g.count);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(given[i] == 0);
    const auto [without, h] = step(text_batch{{others, begin}, labels_of_others});
    CHECK(loss == without);
    for (long i = 0; i < h.count; ++i)
        CHECK(given[static_cast<std::size_t>(i)] == h.values[i]);
}
TEST_CASE("a batch of ignored rows has loss 0 and no gradient") {
    spoilt s;
    fill(s.model, 61, 0.4);
    auto step = differentiate(s.model, all{}, loss_of_text, s.alone);
    s.label = {-100, -100, -100};
    const auto [loss, g] = step(text_batch{{s.ids, s.offsets}, s.label});
    CHECK(loss == 0);
    for (long i = 0; i < g.count; ++i)
        CHECK(g.values[i] == 0);
    CHECK(step.term_values()[0].weight == 0);
}

TEST_CASE("batches accumulated are one batch, whatever their sizes and labels") {
    // a batch of 28 sequences, and the same cut into 4, 1 (ignored), 9 and 14
    parameters<two_heads, double> model(label_count);
    fill(model, 71, 0.4);
    team workers(2);
    const auto two_terms = [](auto m, auto b) {
        const auto x = m(b.left);
        return cross_entropy(m.head(x), b.label) + value<"balance"> * squared_error(m.score(x), b.target);
    };
    auto step = differentiate<pair_batch>(model, all{}, two_terms, workers);
    step.set<"balance">(0.7);
    auto label = many.label;
    label[4] = -100;
    for (std::size_t i = 6; i < 11; ++i)
        label[i] = -100;
    auto whole = many.batch();
    whole.label = label;
    const auto [loss, g] = step(whole);
    const std::vector<double> gradients(g.values, g.values + g.count);
    const term_value terms[2] = {step.term_values()[0], step.term_values()[1]};
    CHECK(terms[0].weight < terms[1].weight);

    std::vector<std::vector<std::int32_t>> offsets;
    std::vector<pair_batch> parts;
    std::size_t first = 0;
    offsets.reserve(8);
    for (const std::size_t count : {4u, 1u, 9u, 14u}) {
        const auto cut = [&](const tokens& t) {
            const auto from = static_cast<std::size_t>(t.offsets[first]), to = static_cast<std::size_t>(t.offsets[first + count]);
            auto& o = offsets.emplace_back();
            for (std::size_t i = first; i <= first + count; ++i)
                o.push_back(t.offsets[i] - t.offsets[first]);
            return token_rows{std::span(t.ids).subspan(from, to - from), o, std::span(t.types).subspan(from, to - from)};
        };
        pair_batch p;
        p.left = cut(many.left);
        p.right = cut(many.right);
        p.label = std::span<const std::int32_t>(label).subspan(first, count);
        p.features.values = std::span<const float>(many.features).subspan(3 * first, 3 * count);
        p.target.values = std::span<const float>(many.target).subspan(first, count);
        parts.push_back(p);
        first += count;
    }
    const auto [sum, h] = step.accumulate(parts);
    CHECK(std::abs(sum - loss) <= 1e-13 * std::abs(loss));
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        largest = std::max(largest, std::abs(gradients[i]));
        difference = std::max(difference, std::abs(gradients[i] - h.values[i]));
    }
    CHECK(difference <= 1e-13 * largest);
    for (int t = 0; t < 2; ++t) {
        CHECK(step.term_values()[t].weight == terms[t].weight);
        CHECK(std::abs(step.term_values()[t].sum - terms[t].sum) <= 1e-13 * terms[t].sum);
    }
    const auto [next, n] = step(whole); // the divisor of the batches that made one step is forgotten
    CHECK(same_bits(next, loss));
    CHECK(std::memcmp(n.values, gradients.data(), gradients.size() * sizeof(double)) == 0);
}
