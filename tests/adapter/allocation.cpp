// The allocation of AdaLoRA's ranks: every mask against one made by sorting, the refusals, and what an optimizer does with it.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adalora.hpp>
#include <hone/adapter/allocation.hpp>
#include <hone/optimizer/adamw.hpp>
#include <hone/optimizer/chain.hpp>
#include <hone/optimizer/cpu.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr int rank_at_start = 4, in = 5, out = 3;

/// Two layers with AdaLoRA weights, and gradients of a step.
struct made_layers {
    team workers;
    std::vector<double> weight, gradient;
    allocated_weights<double> weights;

    explicit made_layers(int threads = 1) : workers(threads) {
        std::vector<std::pair<std::string, long>> all;
        for (const std::string layer : {"first", "second"})
            for (const auto& [name, count] : {std::pair{"a", rank_at_start * in}, {"b", out * rank_at_start}, {"e", rank_at_start}})
                all.push_back({layer + ".adalora." + name, count});
        for (const auto& [name, count] : all) {
            weights.ranges.push_back({nullptr, weights.count, count, true, name});
            weights.count += (count + 15) / 16 * 16;
        }
        weight.resize(static_cast<std::size_t>(weights.count));
        gradient = weight;
        for (auto& r : weights.ranges) r.weight = weight.data() + r.gradient;
        weights.workers = &workers;
    }
    /// Weights and gradients as after a step of some optimizer.
    void draw(std::uint64_t step) {
        numbers n(1000 + step);
        for (double& w : weight) w = n.next();
        for (double& g : gradient) g = n.next();
    }
    gradient_block<double> gradients() const { return {gradient.data(), weights.count}; }
    const trained_range<double>& range(int layer, int which) const { return weights.ranges[static_cast<std::size_t>(3 * layer + which)]; }
};

/// The schedule written down a second time: averages by name, thresholds by sorting.
struct plain_allocation {
    rank_budget b;
    std::vector<double> s, u;
    std::vector<bool> kept = std::vector<bool>(2 * rank_at_start, true);

    void after(long t, const made_layers& m, double factor) {
        s.resize(m.weight.size());
        u.resize(m.weight.size());
        if (t < b.total - b.last)
            for (std::size_t i = 0; i < s.size(); ++i) {
                const double now = std::abs(m.weight[i] * m.gradient[i] * factor);
                s[i] = 0.85 * s[i] + 0.15 * now;
                u[i] = 0.85 * u[i] + 0.15 * std::abs(now - s[i]);
            }
        const bool last_mask = t == b.total - b.last;
        if (!last_mask && (t <= b.first || t > b.total - b.last || t % b.every != 0)) return;
        std::vector<double> scores;
        for (int layer = 0; layer < 2; ++layer)
            for (int k = 0; k < rank_at_start; ++k) {
                const auto at = [&](int which, int i) { return static_cast<std::size_t>(m.range(layer, which).gradient + i); };
                double a = 0, c = 0;
                for (int i = 0; i < in; ++i) a += s[at(0, k * in + i)] * u[at(0, k * in + i)] / in;
                for (int i = 0; i < out; ++i) c += s[at(1, i * rank_at_start + k)] * u[at(1, i * rank_at_start + k)] / out;
                scores.push_back(a + c + s[at(2, k)] * u[at(2, k)]);
            }
        const double all = 2 * rank_at_start, least = 2 * b.target;
        const double left = 1 - static_cast<double>(t - b.first) / static_cast<double>(b.total - b.last - b.first);
        const auto stay = static_cast<std::size_t>((all - least) * left * left * left + least + 1e-9);
        auto sorted = scores;
        std::sort(sorted.rbegin(), sorted.rend());
        for (std::size_t i = 0; i < scores.size(); ++i) kept[i] = stay > 0 && scores[i] >= sorted[stay - 1];
    }
};
constexpr rank_budget budget{.target = 1, .total = 20, .first = 3, .last = 6, .every = 2};

/// What a wrong budget says.
error refused(rank_budget b) {
    const made_layers m;
    try {
        allocation<double>(m.weights, b);
    } catch (const error& e) {
        return e;
    }
    return error("none", "nothing was refused");
}

} // namespace

TEST_CASE("every mask is the one that sorting gives, whatever the threads") {
    for (std::uint64_t seed = 0; seed < 40; ++seed)
        for (int threads : {1, 2, 3}) {
            made_layers m(threads);
            allocation ranks(m.weights, budget);
            plain_allocation expected{budget, {}, {}};
            for (long t = 1; t <= budget.total; ++t) {
                m.draw(100 * seed + static_cast<std::uint64_t>(t));
                expected.after(t, m, 0.7);
                const auto before = m.weight;
                ranks.after_step(m.weights, m.gradients(), 0.7);
                const bool masks = t > budget.total - budget.last || t == budget.total - budget.last || (t > budget.first && t % budget.every == 0);
                for (int layer = 0; layer < 2; ++layer)
                    for (int k = 0; k < rank_at_start; ++k) {
                        const auto triplet = static_cast<std::size_t>(layer * rank_at_start + k), e = static_cast<std::size_t>(m.range(layer, 2).gradient + k);
                        REQUIRE((ranks.state.kept[triplet] != 0) == expected.kept[triplet]);
                        REQUIRE(m.weight[e] == (masks && !expected.kept[triplet] ? 0 : before[e]));
                    }
                for (int range : {0, 1, 3, 4}) // A and B are not touched
                    for (long i = 0; i < m.weights.ranges[static_cast<std::size_t>(range)].count; ++i) {
                        const auto at = static_cast<std::size_t>(m.weights.ranges[static_cast<std::size_t>(range)].gradient + i);
                        REQUIRE(m.weight[at] == before[at]);
                    }
            }
            CHECK(ranks.kept() == 2 * budget.target);
        }
}
TEST_CASE("the budget falls by a cubic from all triplets to the target's") {
    CHECK(budget.after(3, 8, 2) == 8);
    CHECK(budget.after(4, 8, 2) == 6); // 2 + 6 (10/11)^3
    CHECK(budget.after(8, 8, 2) == 2); // 2 + 6 (6/11)^3 = 2.97
    CHECK(budget.after(14, 8, 2) == 2);
    CHECK(budget.after(20, 8, 2) == 2);
    CHECK(rank_budget{.target = 4, .total = 10}.after(5, 8, 2) == 8); // nothing is ever dropped
}
TEST_CASE("a state that is given back goes on as if nothing had been") {
    made_layers once, twice;
    allocation whole(once.weights, budget), first(twice.weights, budget);
    for (long t = 1; t <= budget.total; ++t) {
        once.draw(static_cast<std::uint64_t>(t));
        twice.draw(static_cast<std::uint64_t>(t));
        whole.after_step(once.weights, once.gradients(), 1.0);
        if (t <= 9) first.after_step(twice.weights, twice.gradients(), 1.0);
        else {
            allocation second(twice.weights, budget);
            second.state = first.state;
            second.after_step(twice.weights, twice.gradients(), 1.0);
            first.state = second.state;
        }
        REQUIRE(once.weight == twice.weight);
    }
}
TEST_CASE("a budget that cannot be kept is refused") {
    const auto steps = refused({.target = 1});
    CHECK((steps.code == "allocation.budget" && steps.expected == "at least 1" && steps.found == "0"));
    const auto more = refused({.target = 5, .total = 20});
    CHECK((more.code == "allocation.budget" && more.expected == "0 to 4" && more.found == "5"));
    const auto phases = refused({.target = 1, .total = 20, .first = 12, .last = 8});
    CHECK((phases.expected == "less than 20 together" && phases.found == "12 and 8"));
    CHECK(refused({.target = 1, .total = 20, .every = 0}).found == "0");
    CHECK(refused({.target = 1, .total = 20, .sensitivity = 1}).expected == "between 0 and 1");
    made_layers half;
    half.weights.ranges.erase(half.weights.ranges.begin() + 4);
    try {
        allocation<double>(half.weights, budget);
        FAIL("taken");
    } catch (const error& e) {
        CHECK((e.code == "allocation.incomplete" && e.where.name == "second.adalora.b"));
    }
}
TEST_CASE("in a loop: clipped gradients are what counts, the last steps hold the mask, and training goes on as before for others") {
    using tuned = adapt<small_bert, adalora<rank<4>>, on<"**.query", "**.value">>;
    constexpr auto loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label) + mean_of(orthogonality(m)); };
    std::vector<std::vector<double>> ends;
    for (int threads : {1, 2}) {
        team workers(threads);
        parameters<tuned, double> model;
        fill(model, 41, 0.3);
        auto step = differentiate<pair_batch>(model, adapters_and_head{}, loss, workers);
        static_assert(std::is_same_v<decltype(step.weights()), allocated_weights<double>&>);
        auto frozen = differentiate<pair_batch>(model, trainable<on<"classifier.**">>{}, classified, workers);
        static_assert(std::is_same_v<decltype(frozen.weights()), trained_weights<double>&>); // no E trains: no allocation
        const auto optimizer = chain(clip_by_global_norm(0.05), adamw{.rate = 3e-2});
        auto state = optimizer.start(step.weights());
        allocation ranks(step.weights(), {.target = 2, .total = 12, .first = 2, .last = 4});
        for (int n = 0; n < 12; ++n) {
            const auto gradients = step(few.batch()).gradients;
            optimizer.step(step.weights(), gradients, state, ranks);
            if (n == 0) { // |w dw| of the first number of A after one step, of the clipped gradient
                const auto& a = step.weights().ranges[0];
                REQUIRE(a.name.ends_with("adalora.a"));
                const double factor = 0.05 / (state.gradient_norm + 1e-6);
                CHECK(ranks.state.sensitivity[0] == Approx(0.15 * std::abs(a.weight[0] * gradients.values[a.gradient] * factor)).epsilon(1e-12));
            }
        }
        CHECK(ranks.kept() == 2 * 6);
        long zeros = 0, triplets = 0;
        model.each([&](const named_weight<double>& w) {
            if (!w.name.ends_with("adalora.e")) return;
            for (double v : w.values) zeros += v == 0, ++triplets;
        });
        CHECK((triplets == 24 && zeros == 12));
        ends.emplace_back(); // the weights, not what lies between them
        model.each([&](const named_weight<double>& w) { ends.back().insert(ends.back().end(), w.values.begin(), w.values.end()); });
    }
    CHECK(std::memcmp(ends[0].data(), ends[1].data(), ends[0].size() * sizeof(double)) == 0);
}
