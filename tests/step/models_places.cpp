// Additions at named places inside models, and values of such places in losses: gradients of weights
// and of what is added against differences, the arena against its plan, the same bits for any threads.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>

#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <literal Name, class Step>
checked_weight check_place(Step& step, const pair_batch& batch, std::uint64_t seed) {
    const auto count = step.count();
    const auto loss = [&] {
        const double v = step(batch).loss;
        step.resume(count);
        return v;
    };
    step.template add<Name>({});
    loss();
    const auto shape = step.template gradient_at<Name>();
    const auto start = reals(static_cast<int>(shape.values.size()), seed);
    std::vector<double> d(start.begin(), start.end());
    for (double& x : d) x *= 0.1;
    step.template add<Name>(d);
    loss();
    const auto g = step.template gradient_at<Name>().values;
    const std::vector<double> given(g.begin(), g.end());
    checked_weight w;
    constexpr double h = 3e-4;
    for (std::size_t i = 0; i < d.size(); i += 1 + d.size() / 40) {
        const double old = d[i];
        const auto at = [&](double k) {
            d[i] = old + k * h;
            return loss();
        };
        const double outer = at(2) - at(-2), inner = at(1) - at(-1), expected = (8 * inner - outer) / (12 * h);
        d[i] = old;
        w.largest = std::max(w.largest, std::abs(expected));
        w.difference = std::max(w.difference, std::abs(given[i] - expected));
        ++w.checked;
    }
    step.template add<Name>({});
    return w;
}

struct of_blocks {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<4, plain_block<width<12>>>), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids)))); }
};

constexpr auto word_perturbed = [](auto m, auto b) { return cross_entropy(perturbed<"word">(m)(b.left), b.label); };
constexpr auto third_perturbed = [](auto m, auto b) { return cross_entropy(perturbed<"blocks.2.network">(m)(b.left), b.label); };
constexpr auto second_given = [](auto m, auto b) {
    const auto [y, h] = giving<"blocks.1">(m)(b.left);
    return cross_entropy(y, b.label) + mean_of(square(h) * shifted<1, 3>(h));
};

} // namespace

TEST_CASE("an addition to the words, and one inside a layer") {
    judge<of_blocks>(all{}, word_perturbed);
    judge<of_blocks>(all{}, third_perturbed);
    judge<of_blocks>(all{}, second_given);
}
TEST_CASE("the gradient at a place is that of what is added there") {
    parameters<of_blocks, double> model(label_count);
    fill(model, 41, 0.45);
    team alone(1);
    auto step = differentiate<pair_batch>(model, trainable<>{}, third_perturbed, alone, 6);
    const auto w = check_place<"blocks.2.network">(step, few.batch(), 5);
    CHECK(w.largest > 1e-4);
    CHECK(w.relative() <= close_enough);
}
