// A step says which pages of its gradients it touched: of an embedding those with rows that the batch holds, of all else every one. What it does
// not name is zero, also after other batches; training with it changes no bit.
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
        const auto optimizer = chain(clip_by_norm(1.0), adamw{.rate = 1e-2, .decay = 0.1});
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
