// A step says which pages of its gradients it touched: of an embedding those with rows that the batch holds, of all else every one. What it does
// not name is zero, also after other batches; training with it changes no bit, nor does decay that waits until a page is read.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/optimizer/cpu.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct reader {
    HONE_PARTS((word, embedding<vocabulary<6000>, w20>), (head, linear<w20, classes<3>>))
    static constexpr auto call(auto self, auto t) { return self.head(mean_sequence(hyperbolic_tangent(self.word(t.ids)))); }
};
/// The same table looked up and multiplied: its gradient comes from both.
struct tied {
    HONE_PARTS((word, embedding<vocabulary<6000>, w20>))
    static constexpr auto call(auto self, auto t) {
        const auto x = mean_sequence(self.word(t.ids));
        return product(x, self.word.weight);
    }
};
constexpr auto label_loss = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

struct three_texts {
    std::vector<std::int32_t> ids, offsets{0, 2, 3, 6}, label{0, 2, 1};
    explicit three_texts(int first) : ids{first, 17, 5900, first + 1, 17, 2} {}
    text_batch batch() const { return {{ids, offsets}, label}; }
};

} // namespace

TEST_CASE("pages that a step does not name are zero, and those of an embedding are named by its rows") {
    parameters<reader, double> model;
    fill(model, 3, 0.3);
    team workers(2);
    auto step = differentiate(model, all{}, label_loss, workers);
    const auto& trained = step.weights();
    CHECK(trained.seldom == 6000 * 20);
    for (int first : {40, 3000, 41}) { // rows of the last batch are zero again
        const three_texts texts(first);
        const auto [loss, g] = step(texts.batch());
        int named = 0;
        for (long page = 0; page < gradient_pages(g.count); ++page) {
            const long from = page * gradient_page, to = std::min(from + gradient_page, g.count);
            const bool zero = std::all_of(g.values + from, g.values + to, [](double v) { return v == 0; });
            named += trained.touched[page];
            CHECK(zero == (trained.touched[page] == 0));
        }
        CHECK(named < 7);
        for (std::int32_t id : texts.ids) CHECK(g.values[id * 20L] != 0);
    }
    step.change_gradients()[30'000] = 1;
    CHECK(trained.touched[30'000 / gradient_page] == 1);
    const auto [loss, g] = step(three_texts(40).batch());
    CHECK(g.values[30'000] == 0);
    CHECK(trained.touched[30'000 / gradient_page] == 0);
}

TEST_CASE("training that passes over untouched pages changes no bit") {
    const auto train = [](bool over_all) {
        parameters<reader> model;
        fill(model, 3, 0.3);
        team workers(2);
        auto step = differentiate(model, all{}, label_loss, workers);
        const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-2, .decay = 0.1});
        auto state = optimizer.start(step.weights());
        for (int n = 0; n < 6; ++n) {
            const auto [loss, gradients] = step(three_texts(100 + 700 * (n % 4)).batch());
            if (over_all) step.change_gradients();
            optimizer.step(step.weights(), gradients, state);
        }
        std::vector<float> all_weights;
        model.each([&](const named_weight<float>& w) { all_weights.insert(all_weights.end(), w.values.begin(), w.values.end()); });
        return all_weights;
    };
    const auto sparse = train(false), whole = train(true);
    CHECK(std::memcmp(sparse.data(), whole.data(), whole.size() * sizeof(float)) == 0);
}

TEST_CASE("two steps on one model share the optimizer's state: what the other one trained goes on") {
    const auto train = [](bool two) {
        parameters<reader> model;
        fill(model, 3, 0.3);
        team workers(1);
        auto first = differentiate(model, all{}, label_loss, workers);
        auto second = differentiate(model, all{}, label_loss, workers);
        const auto optimizer = chain(adamw{.rate = 1e-2});
        auto state = optimizer.start(first.weights());
        for (int n = 0; n < 4; ++n) {
            auto& step = two && n >= 2 ? second : first;
            const auto [loss, gradients] = step(three_texts(n < 2 ? 300 : 4000).batch());
            optimizer.step(step.weights(), gradients, state);
        }
        return model.weight("word.weight").values[300 * 20];
    };
    CHECK(train(true) == train(false));
}

TEST_CASE("a table that is also multiplied is touched everywhere") {
    parameters<tied> model;
    fill(model, 3, 0.3);
    team workers(2);
    auto step = differentiate(model, all{}, label_loss, workers);
    CHECK(step.weights().seldom == 0);
    const auto [loss, g] = step(three_texts(40).batch());
    for (long page = 0; page < gradient_pages(g.count); ++page) CHECK(step.weights().touched[page] == 1);
    CHECK(g.values[2000 * 20] != 0);
}

namespace {

/// Trains with decay and gives all weights; `before` each step something else may happen to the model.
template <class Optimizer, class Before>
std::vector<float> trained_weights_after(int steps, const Optimizer& optimizer, bool rests, Before before, int threads = 2) {
    parameters<reader> model;
    model.initialize(3);
    team workers(threads);
    auto step = differentiate(model, all{}, label_loss, workers);
    if (!rests) model.weight("word.weight"); // who holds it may read it at any time: decay cannot wait
    CHECK(model.resting(0).active() == rests);
    auto state = optimizer.start(step.weights());
    for (int n = 0; n < steps; ++n) {
        before(n, model, step);
        const auto [loss, gradients] = step(three_texts(40 + 71 * (n % 80)).batch());
        optimizer.step(step.weights(), gradients, state);
    }
    std::vector<float> all_weights;
    model.read([&](const named_weight<const float>& w) { all_weights.insert(all_weights.end(), w.values.begin(), w.values.end()); });
    return all_weights;
}
constexpr auto nothing_before = [](int, auto&, auto&) {};
bool same_bits(const std::vector<float>& a, const std::vector<float>& b) { return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0; }

} // namespace

TEST_CASE("decay that waits changes no bit, whoever reads the weights and when") {
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(1e-2, 3, 700), .decay = 0.1});
    const auto at_once = trained_weights_after(600, optimizer, false, nothing_before); // longer than the list of what waits
    CHECK(same_bits(at_once, trained_weights_after(600, optimizer, true, nothing_before)));
    CHECK(same_bits(at_once, trained_weights_after(600, optimizer, true, nothing_before, 3)));
    CHECK(same_bits(at_once, trained_weights_after(600, optimizer, true, [](int n, auto& model, auto&) {
        if (n % 97 == 5) std::as_const(model).read([](const auto&) {});
        if (n % 53 == 7) evaluate(model, [](auto m, auto b) { return m(b.tokens); })(three_texts(1000 + n).batch());
    })));
    CHECK(same_bits(at_once, trained_weights_after(600, optimizer, true, [](int n, auto& model, auto&) {
        if (n == 300) std::as_const(model).weight("word.weight");
    })));
    CHECK(same_bits(trained_weights_after(40, chain(sgd{.rate = 0.1, .momentum = 0.9, .decay = 0.1}), false, nothing_before),
                    trained_weights_after(40, chain(sgd{.rate = 0.1, .momentum = 0.9, .decay = 0.1}), true, nothing_before)));
}

TEST_CASE("a weight that was given out is as it should be after every step") {
    const auto optimizer = chain(adamw{.rate = 1e-2, .decay = 0.1});
    std::span<const float> held;
    float expected = 0;
    trained_weights_after(5, optimizer, true, [&](int n, auto& model, auto&) {
        if (n == 2) {
            held = std::as_const(model).weight("word.weight").values;
            expected = held[3000 * 20];
        }
        if (n > 2) expected *= static_cast<float>(1 - 1e-2 * 0.1);
        if (n >= 2) CHECK(held[3000 * 20] == expected);
    });
}

TEST_CASE("what rests is settled for programs that read or train all of it") {
    const auto train = [](bool rests) {
        parameters<reader> model;
        model.initialize(3);
        team workers(2);
        auto rows = differentiate(model, all{}, label_loss, workers);
        auto whole = differentiate(model, all{}, [](auto m, auto b) {
            const auto x = mean_sequence(hyperbolic_tangent(m.word(b.tokens.ids)));
            return cross_entropy(m.head(x), b.label) + cross_entropy(product(x, m.word.weight), b.label);
        }, workers);
        if (!rests) model.weight("word.weight");
        CHECK(model.resting(0).active() == rests);
        const auto optimizer = chain(adamw{.rate = 1e-2, .decay = 0.1});
        auto of_rows = optimizer.start(rows.weights()), of_whole = optimizer.start(whole.weights());
        std::vector<double> losses;
        for (int n = 0; n < 12; ++n) {
            const three_texts texts(100 + 700 * (n % 4));
            const auto a = rows(texts.batch());
            losses.push_back(a.loss);
            if (n % 3 == 2) { // between a step's gradients and its update
                const auto b = whole(texts.batch());
                losses.push_back(b.loss);
                optimizer.step(rows.weights(), a.gradients, of_rows);
                optimizer.step(whole.weights(), b.gradients, of_whole);
            } else
                optimizer.step(rows.weights(), a.gradients, of_rows);
        }
        for (const float v : std::as_const(model).weight("word.weight").values) losses.push_back(v);
        return losses;
    };
    CHECK(train(true) == train(false));
}

TEST_CASE("a table that is looked up rests, and nothing that is small or multiplied") {
    parameters<reader> model;
    parameters<tied> all_read;
    model.initialize(3);
    all_read.initialize(3);
    team workers(1);
    auto step = differentiate(model, all{}, label_loss, workers);
    auto of_tied = differentiate(all_read, all{}, label_loss, workers);
    CHECK(model.resting(0).active());
    CHECK(!model.resting(1).active());
    CHECK(!model.resting(2).active());
    CHECK(!all_read.resting(0).active());
    for (const auto& r : step.weights().ranges) CHECK(r.gradient % (r.count < rests_from ? 16 : gradient_page) == 0);
}
