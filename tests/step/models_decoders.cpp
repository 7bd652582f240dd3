// Decoders of small shapes: causal and sliding attention, grouped queries, rotary positions, norms of heads; rows that only some read.
// SPDX-License-Identifier: Apache-2.0
#include "hone/layer/causal_attention.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct text_of_words {
    token_rows tokens;
    token_labels<> next;
    picked_rows<> masked;
    picked_labels<> missing;
    std::span<const std::int32_t> label;
    HONE_FIELDS(tokens, next, masked, missing, label)
};
/// Sequences of 5, 1, 9 and 3 tokens, and one of 150, which takes two blocks of keys.
struct texts {
    testing::tokens text;
    std::vector<std::int32_t> next, masked{0, 3, 4, 7, 9, 13, 15, 17}, missing{1, 5, 2, -100, 12, 7, 3, 4}, label{0, 1, 2, 1};
    explicit texts(bool is_long = false) : text(is_long ? std::initializer_list<int>{5, 1, 150, 3} : std::initializer_list<int>{5, 1, 9, 3}, words, 71, 2) {
        next = labels(static_cast<int>(text.ids.size()), words, 72);
        next[3] = next[8] = -100;
    }
    text_of_words batch() const { return {text.rows(), {next}, {masked}, {missing}, label}; }
};

template <class Seen, class Norm = no_norm>
struct rotary_block {
    HONE_PARTS((norm, rms_norm<width<12>, 3>), (attention, rotary_attention<width<12>, heads<4>, key_heads<2>, head_size<6>, Seen, projection<width<12>, width<24>>,
                                                                        projection<width<12>, width<12>>, projection<width<12>, width<12>>,
                                                                        projection<width<24>, width<12>>, Norm>),
               (network_norm, rms_norm<width<12>, 3>), (network, gated_feed_forward<width<12>, inner<18>>))
    static constexpr auto call(auto self, auto x, auto table) {
        const auto y = x + self.attention(self.norm(x), table);
        return y + self.network(self.network_norm(y));
    }
};
template <class Seen, class Norm = no_norm, class Scaling = unscaled>
struct rotary_decoder {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<2, rotary_block<Seen, Norm>>), (norm, rms_norm<width<12>, 3>))
    static constexpr auto call(auto self, auto t) {
        return self.norm(self.blocks(self.word(t.ids), rotary_table<rotary<10000, Scaling>, 6>(t.positions)));
    }
};
struct joint_block {
    HONE_PARTS((norm, layer_norm<width<12>, 3>), (attention, joint_attention<width<12>, heads<3>>), (network_norm, layer_norm<width<12>, 3>),
               (network, feed_forward<width<12>, inner<18>, gelu_tanh_, conv1d<width<12>, inner<18>>, conv1d<inner<18>, width<12>>>))
    static constexpr auto call(auto self, auto x) {
        const auto y = x + self.attention(self.norm(x));
        return y + self.network(self.network_norm(y));
    }
};
struct joint_decoder {
    HONE_PARTS((word, table_of<width<12>>), (position, embedding<positions<160>, width<12>>), (blocks, repeat<2, joint_block>), (norm, layer_norm<width<12>, 3>))
    static constexpr auto call(auto self, auto t) { return self.norm(self.blocks(self.word(t.ids) + self.position(t.positions))); }
};
template <class Body>
struct language_model {
    HONE_PARTS((body, Body))
    static constexpr auto call(auto self, auto t) { return self.body(t); }
    static constexpr auto next_word(auto self, auto x) { return product(x, self.body.word.weight); }
};
template <class Body>
struct last_word {
    HONE_PARTS((body, Body), (score, projection<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.score(last_token(self.body(t))); }
};

template <class Model, class Function>
void judge_texts(Function function, bool is_long = false, how options = {}) {
    parameters<Model, double> model(label_count);
    fill(model, 41, options.scale);
    const texts data(is_long);
    team alone(1);
    auto step = differentiate<text_of_words>(model, all{}, function, alone, 6);
    const auto found = check_gradients(step, data.batch(), {options.h, options.sample});
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    const double loss = step(data.batch()).loss;
    team workers(3);
    auto shared = differentiate<text_of_words>(model, all{}, function, workers, 6);
    CHECK(same_bits(shared(data.batch()).loss, loss));
}
constexpr auto next_words = [](auto m, auto b) { return cross_entropy(product(m(b.tokens), m.body.word.weight), b.next); };
constexpr auto some_words = [](auto m, auto b) { return cross_entropy(product(pick(m(b.tokens), b.masked), m.body.word.weight), b.missing); };
constexpr auto of_last = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

/// Every token's row, one sequence after the other.
template <class Model>
std::vector<double> rows_of(const texts& data) {
    parameters<Model, double> model(label_count);
    fill(model, 41, 0.45);
    team alone(1);
    auto values = evaluate<text_of_words>(model, [](auto m, auto b) { return m(b.tokens); }, alone);
    const auto found = values(data.batch());
    return {found.begin(), found.end()};
}
/// A later token changes no earlier row, and its own.
template <class Model>
void judge_order(int window = 0) {
    texts data(true);
    const auto before = rows_of<Model>(data);
    const int changed = 6 + 100, last = 6 + 149;
    data.text.ids[static_cast<std::size_t>(changed)] = (data.text.ids[static_cast<std::size_t>(changed)] + 1) % words;
    const auto after = rows_of<Model>(data);
    const auto differs = [&](int row) {
        for (std::size_t j = static_cast<std::size_t>(row) * 12; j < static_cast<std::size_t>(row + 1) * 12; ++j)
            if (before[j] != after[j]) return true;
        return false;
    };
    for (int row = 0; row < changed; ++row) CHECK(!differs(row));
    CHECK(differs(changed));
    CHECK(differs(changed + 1));
    const int reach = window > 0 ? 2 * (window - 1) : 1000; // of two layers
    for (int row = changed; row <= last; ++row)
        if (row > changed + reach) CHECK(!differs(row));
    CHECK(differs(std::min(last, changed + reach)));
    CHECK(!differs(last + 1)); // another sequence
}

} // namespace

TEST_CASE("the next word, rotary positions and grouped queries") { judge_texts<language_model<rotary_decoder<causal>>>(next_words); }
TEST_CASE("the next word over more than a block of keys") { judge_texts<language_model<rotary_decoder<causal>>>(next_words, true, {.sample = 3}); }
TEST_CASE("the next word with norms of heads") { judge_texts<language_model<rotary_decoder<causal, head_norm<head_size<6>, 3>>>>(next_words); }
TEST_CASE("the next word behind a window") { judge_texts<language_model<rotary_decoder<sliding_window<3>>>>(next_words, true, {.sample = 3}); }
TEST_CASE("the next word, one product for queries, keys and values") { judge_texts<language_model<joint_decoder>>(next_words); }
TEST_CASE("some rows of a decoder are read") { judge_texts<language_model<rotary_decoder<causal>>>(some_words); }
TEST_CASE("the last row of a decoder is read") { judge_texts<last_word<rotary_decoder<sliding_window<2>>>>(of_last); }
TEST_CASE("the last row of a longer decoder is read") { judge_texts<last_word<joint_decoder>>(of_last, true, {.sample = 3}); }
TEST_CASE("a token sees itself and those before it") {
    judge_order<rotary_decoder<causal>>();
    judge_order<joint_decoder>();
    judge_order<rotary_decoder<sliding_window<4>>>(4);
}
TEST_CASE("picked rows see what all rows see") {
    using model_type = language_model<rotary_decoder<sliding_window<3>>>;
    parameters<model_type, double> model(label_count);
    fill(model, 41, 0.45);
    const texts data;
    team alone(1);
    auto some = evaluate<text_of_words>(model, [](auto m, auto b) { return pick(m(b.tokens), b.masked); }, alone);
    const auto picked = some(data.batch());
    const auto all_rows = rows_of<model_type>(data);
    REQUIRE(picked.size() == data.masked.size() * 12);
    for (std::size_t i = 0; i < data.masked.size(); ++i)
        for (std::size_t j = 0; j < 12; ++j) CHECK(std::abs(picked[i * 12 + j] - all_rows[static_cast<std::size_t>(data.masked[i]) * 12 + j]) < 1e-14);
}
