// Gradients of large matrices are not cleared before a step: the first product writes, others add, what no product reaches is zero. Nothing of an earlier
// step, nor of what somebody wrote there, may be left.
// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w264 = width<264>; // 264 x 264 numbers end within a page, which the next gradient shares
struct bent {
    HONE_PARTS((map, projection<w264, w264>))
    static constexpr auto call(auto self, auto x) { return x + hyperbolic_tangent(self.map(x)); }
};
/// A matrix that is used twice, a stack, and a matrix with a bias.
struct wide {
    HONE_PARTS((word, embedding<vocabulary<40>, w264>), (same, projection<w264, w264>), (blocks, repeat<2, bent>), (last, linear<w264, w264>), (head, linear<w264, classes<3>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = hyperbolic_tangent(self.same(hyperbolic_tangent(self.same(self.word(t.ids)))));
        return self.head(mean_sequence(hyperbolic_tangent(self.last(self.blocks(x)))));
    }
};
constexpr auto label_loss = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

struct texts {
    std::vector<std::int32_t> ids, offsets, label;
    text_batch batch() const { return {{ids, offsets}, label}; }
};
const texts first{{1, 2, 3, 4, 5}, {0, 2, 5}, {0, 2}}, second{{6, 7, 1, 8, 9, 10}, {0, 1, 3, 6}, {1, 1, 0}},
    both{{1, 2, 3, 4, 5, 6, 7, 1, 8, 9, 10}, {0, 2, 5, 6, 8, 11}, {0, 2, 1, 1, 0}};

std::vector<double> copied(gradient_block<double> g) { return {g.values, g.values + g.count}; }
void spoil(auto& step) {
    for (double& v : step.change_gradients()) v = std::numeric_limits<double>::quiet_NaN();
}

} // namespace

TEST_CASE("a gradient is of its own step, whatever stood there before") {
    parameters<wide, double> model;
    fill(model, 3, 0.1);
    for (int threads : {1, 3}) {
        team workers(threads);
        auto step = differentiate(model, all{}, label_loss, workers);
        const auto fresh = copied(step(first.batch()).gradients);
        step(second.batch());
        CHECK((copied(step(first.batch()).gradients) == fresh)); // not printed: 400,000 numbers
        spoil(step);
        CHECK((copied(step(first.batch()).gradients) == fresh));
        CHECK(check_gradients(step, first.batch(), {.sample = 6}).relative() <= close_enough);
    }
}

TEST_CASE("a step of no batches has a gradient of zero") { // nothing is written, and nothing may be left
    parameters<wide, double> model;
    fill(model, 3, 0.1);
    team workers(2);
    auto step = differentiate(model, all{}, label_loss, workers);
    step(first.batch());
    const auto g = copied(step.accumulate(std::vector<text_batch>{}).gradients);
    CHECK(std::all_of(g.begin(), g.end(), [](double v) { return v == 0; }));
}

TEST_CASE("batches that make one step together add up in every matrix") {
    parameters<wide, double> model;
    fill(model, 3, 0.1);
    team workers(2);
    auto step = differentiate(model, all{}, label_loss, workers);
    const auto whole = copied(step(both.batch()).gradients);
    spoil(step);
    const auto parts = copied(step.accumulate(std::vector<text_batch>{first.batch(), second.batch()}).gradients);
    double worst = 0, most = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
        worst = std::max(worst, std::abs(whole[i] - parts[i]));
        most = std::max(most, std::abs(whole[i]));
    }
    CHECK(most > 0);
    CHECK(worst <= 1e-13 * most);
}
