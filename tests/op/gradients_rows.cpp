// Ops on rows and between rows, products, attention and dropout against differences, over ragged sequences of 1 to 9 tokens. An
// input's gradient is reached by a table in front of the op.
// SPDX-License-Identifier: Apache-2.0
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

const tokens words({3, 1, 9, 5, 2, 8, 4, 6, 7}, 11, 3); // 45 tokens of 11 words: every word repeats

/// No two elements alike: the loss is the mean of x (x + 1/3).
constexpr auto uneven(auto x) { return mean_of(x * shifted<1, 3>(x)); }

void check(const checked_gradient& found, std::size_t weights) {
    REQUIRE(found.weights.size() == weights);
    for (const auto& w : found.weights) {
        INFO(w.name << ": " << w.difference << " of " << w.largest);
        CHECK(w.largest > 1e-5);
        CHECK(w.relative() <= close_enough);
    }
}

template <int Rows, int Width>
using table = embedding<vocabulary<Rows>, width<Width>>;

struct row_ops {
    HONE_PARTS((sum, matrix<5, 13>), (mean, matrix<5, 13>), (softmax, matrix<5, 13>), (log_sum_exp, matrix<5, 13>),
               (normalized, matrix<5, 13>), (largest, matrix<5, 13>), (one, matrix<7, 1>), (wide, matrix<3, 100>))
};
struct moves {
    HONE_PARTS((gathered, matrix<11, 12>), (first, matrix<11, 12>), (spread, matrix<11, 12>), (summed, matrix<11, 12>),
               (averaged, matrix<11, 12>), (position, matrix<9, 12>), (narrow, matrix<11, 1>), (odd, matrix<11, 5>))
};
template <int In, int Out>
struct one_product {
    HONE_PARTS((x, matrix<11, In>), (w, matrix<Out, In>), (b, vector<Out>))
};
struct run_time_head {
    HONE_PARTS((x, matrix<11, 20>), (first, linear<width<20>, width<20>>), (head, linear<width<20>, classes<run_time>>))
    static constexpr auto call(auto self, auto tokens) {
        return self.head(hyperbolic_tangent(self.first(first_token(look_up(self.x, tokens.ids)))));
    }
};
template <int Heads, int Width>
struct asked {
    HONE_PARTS((q, table<11, Width>), (k, table<11, Width>), (v, table<11, Width>))
    static constexpr auto call(auto self, auto t) {
        return attention<Heads>(self.q(t.ids), self.k(t.ids), self.v(t.ids), value<"attention_dropout">);
    }
};
struct attentions {
    HONE_PARTS((one, asked<1, 12>), (two, asked<2, 20>), (five, asked<5, 20>), (first, asked<2, 8>))
};
struct dropouts {
    HONE_PARTS((wide, table<11, 140>), (narrow, table<11, 1>), (a, dropout), (b, dropout), (c, dropout))
};

} // namespace

TEST_CASE("gradients of ops on a row") {
    parameters<row_ops, double> model;
    fill(model, 5, 1.2);
    team workers(1);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto) {
            return uneven(sum_columns(m.sum)) + uneven(mean_columns(m.mean)) + uneven(softmax(m.softmax) * m.softmax) +
                   uneven(log_sum_exp(m.log_sum_exp)) + uneven(normalized<5>(m.normalized) * m.normalized) +
                   uneven(m.largest - max_columns(number_like<2>(m.largest))) + uneven(softmax(m.one) * m.one) +
                   uneven(normalized<12>(m.wide) * scaled<20>(softmax(m.wide)));
        },
        workers);
    check(check_gradients(step, {words.rows()}), 8);
}

TEST_CASE("gradients of ops between rows: looked up, first, spread, summed and averaged") {
    parameters<moves, double> model;
    fill(model, 6, 1.2);
    team workers(2);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            const auto t = batch.tokens;
            const auto to_spread = look_up(m.spread, t.ids);
            return uneven(look_up(m.gathered, t.ids)) + uneven(first_token(look_up(m.first, t.ids))) +
                   uneven(to_spread * spread(first_token(to_spread), to_spread)) + uneven(sum_sequence(look_up(m.summed, t.ids))) +
                   uneven(mean_sequence(look_up(m.averaged, t.ids))) + uneven(look_up(m.position, t.positions)) +
                   uneven(mean_sequence(look_up(m.narrow, t.ids))) +
                   uneven(first_token(look_up(m.odd, t.ids)) * mean_sequence(look_up(m.odd, t.ids)));
        },
        workers);
    check(check_gradients(step, {words.rows()}), 8);
}

TEMPLATE_TEST_CASE("gradients of a product with a bias", "", (one_product<20, 100>), (one_product<100, 20>), (one_product<1, 3>),
                   (one_product<7, 1>)) {
    parameters<TestType, double> model;
    fill(model, 7, 0.4);
    team workers(2);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return uneven(product(look_up(m.x, batch.tokens.ids), m.w) + m.b); },
        workers);
    check(check_gradients(step, {words.rows()}, {.sample = 200}), 3);
}

TEST_CASE("gradients of a product whose width is the number of classes, known at run time") {
    const int count = GENERATE(1, 3, 17);
    parameters<run_time_head, double> model(count);
    fill(model, 8, 0.6);
    team workers(2);
    auto step = differentiate(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            return cross_entropy(m(batch.tokens), batch.label) + uneven(m(batch.tokens)) + uneven(mean_columns(m(batch.tokens)));
        },
        workers);
    const auto label = labels(9, count, 2);
    const auto found = check_gradients(step, {words.rows(), label}, {.sample = 150});
    check(found, 5);
}

TEST_CASE("gradients of attention with 1, 2 and 5 heads over ragged sequences, with and without dropout") {
    const double rate = GENERATE(0.0, 0.3);
    parameters<attentions, double> model;
    fill(model, 9, 1.1);
    team workers(3);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            return uneven(m.one(batch.tokens)) + uneven(m.two(batch.tokens)) + uneven(m.five(batch.tokens)) +
                   uneven(first_token(m.first(batch.tokens)));
        },
        workers, 99);
    step.template set<"attention_dropout">(rate);
    check(check_gradients(step, {words.rows()}, {.sample = 60}), 12);
}

TEST_CASE("gradients through dropout: what is dropped gets none, the rest is scaled up") {
    parameters<dropouts, double> model;
    fill(model, 10, 1.1);
    team workers(2);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            const auto x = m.wide(batch.tokens.ids);
            return uneven(m.b(m.a(x) * x)) + uneven(m.c(m.narrow(batch.tokens.ids)));
        },
        workers, 5);
    step.set<"dropout">(0.4);
    check(check_gradients(step, {words.rows()}, {.sample = 200}), 2);
}
