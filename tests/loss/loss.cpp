// Terms of a loss: names, numbers that they are multiplied with, what they are divided by, in a
// step, in several batches as one and in an evaluation.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/loss.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto named = [](auto m, auto b) {
    return term<"labels">(cross_entropy(first_logits(m, b), b.label)) +
           value<"share"> * value<"heat", 1, 2> *
               term<"numbers">(squared_error(first_logits(m, b), b.features)) +
           scaled<1, 4>(term<"size">(mean_of(square(m.first.weight))));
};
struct learns_its_factor {
    HONE_PARTS((word, table_of<width<8>>), (head, linear<width<8>, classes<label_count>>),
               (score, linear<width<8>, width<1>>), (factor, vector<1>))
    static constexpr auto call(auto self, auto t) { return mean_sequence(self.word(t.ids)); }
};
constexpr auto factors = [](auto m, auto b) {
    const auto x = m(b.left);
    return exponential(-m.factor) * term<"labels">(cross_entropy(m.head(x), b.label)) +
           term<"factor">(mean_of(square(m.factor)));
};
constexpr auto weighted_by_model = [](auto m, auto b) {
    const auto x = m(b.left);
    return mean_of(sum_columns(square(m.head(x))), sigmoid(m.score(x))) + mean_of(square(m.factor));
};
struct given { // weights of examples
    token_rows left;
    std::span<const std::int32_t> label;
    real_rows<1> weight;
    HONE_FIELDS(left, label, weight)
};
/// The texts from `first` on.
struct part_of {
    std::vector<std::int32_t> ids, offsets{0};
    std::span<const std::int32_t> label;
    std::span<const float> features, target;
    part_of(std::size_t first, std::size_t count)
        : label(std::span(many.label).subspan(first, count)),
          features(std::span(many.features).subspan(3 * first, 3 * count)),
          target(std::span(many.target).subspan(first, count)) {
        for (std::size_t s = first; s < first + count; ++s) {
            for (auto i = many.left.offsets[s]; i < many.left.offsets[s + 1]; ++i)
                ids.push_back(many.left.ids[static_cast<std::size_t>(i)]);
            offsets.push_back(static_cast<std::int32_t>(ids.size()));
        }
    }
    pair_batch batch() const {
        return {{ids, offsets}, {ids, offsets}, label, {features}, {target}};
    }
};
/// Several batches as one are the one: loss and gradients.
template <class Model, class Function, class Set>
void same_in_parts(Function function, Set set) {
    parameters<Model, double> model;
    fill(model, 23, 0.6);
    team alone(1);
    auto step = differentiate<pair_batch>(model, all{}, function, alone);
    set(step);
    const part_of whole(0, 28), one(0, 3), two(3, 1), three(4, 24);
    const auto [loss, g] = step(whole.batch());
    const std::vector<double> gradients(g.values, g.values + g.count);
    const std::array parts{one.batch(), two.batch(), three.batch()};
    const auto [sum, h] = step.accumulate(parts);
    CHECK(std::abs(sum - loss) <= 1e-13 * std::abs(loss));
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < gradients.size(); ++i) {
        largest = std::max(largest, std::abs(gradients[i]));
        difference = std::max(difference, std::abs(gradients[i] - h.values[i]));
    }
    CHECK(largest > 0);
    CHECK(difference <= 1e-13 * largest);
}

} // namespace

TEST_CASE("terms are read by name in a step and in an evaluation") {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    auto step = differentiate<pair_batch>(model, first_trains{}, named, alone);
    step.set<"share">(0.6);
    const double loss = step(few.batch()).loss;
    auto read = evaluate<pair_batch>(model, named, alone);
    read.set<"share">(0.6);
    const auto values = read(few.batch());
    CHECK(values.value() == Approx(loss).epsilon(1e-14));
    CHECK(loss == Approx(step.term<"labels">().value() + 0.3 * step.term<"numbers">().value() +
                         0.25 * step.term<"size">().value())
                      .epsilon(1e-14));
    CHECK(values.term<"numbers">().value() ==
          Approx(step.term<"numbers">().value()).epsilon(1e-14));
    CHECK(values.factor<"numbers">() == Approx(0.3).epsilon(1e-15));
    CHECK(values.term<"labels">().weight == 3); // one of four is ignored
    auto twice = values;
    twice += values;
    CHECK(twice.term<"labels">().weight == 6);
    CHECK(twice.value() == Approx(loss).epsilon(1e-14));
    const auto numbers = step.numbers();
    REQUIRE(numbers.size() == 2);
    for (const auto& n : numbers)
        CHECK((n.name == "share" ? n.was_set && n.values[0] == 0.6
                                 : n.name == "heat" && !n.was_set && n.values[0] == 0.5));
}
TEST_CASE("gradients of named terms") {
    judge_loss(first_trains{}, named, [](auto& step) { step.template set<"share">(0.6); });
}
TEST_CASE("a factor that trains has its gradient") {
    judge<learns_its_factor>(trainable<on<"word.**", "head.**", "factor">>{}, factors);
    const auto loss = [](auto m, auto b) {
        return factors(m, b) + mean_of(square(m.score.weight)) + mean_of(square(m.score.bias));
    };
    same_in_parts<learns_its_factor>(loss, [](auto&) {});
}
TEST_CASE("weights that the model computes have their gradient") {
    judge<learns_its_factor>(all{}, weighted_by_model);
    same_in_parts<learns_its_factor>(weighted_by_model, [](auto&) {});
}
TEST_CASE("a number that nobody has set is an error that names it") {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    auto step = differentiate<pair_batch>(model, first_trains{}, named, alone);
    CHECK_THROWS_WITH(step(few.batch()),
                      Catch::Contains("step.number_not_set") && Catch::Contains("share"));
    auto read = evaluate<pair_batch>(model, named, alone);
    CHECK_THROWS_WITH(read(few.batch()),
                      Catch::Contains("step.number_not_set") && Catch::Contains("share"));
}
TEST_CASE("weights of examples that leave no mean are an error") {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    constexpr auto loss = [](auto m, auto b) {
        return term<"labels">(
            mean_of(invoke<cross_entropy_>(first_logits(m, b), b.label), b.weight));
    };
    auto step = differentiate<given>(model, first_trains{}, loss, alone);
    auto read = evaluate<given>(model, loss, alone);
    const std::vector<std::int32_t> label{0, 1, 2, 0};
    const auto caught = [&](std::vector<float> w, const char* code) {
        const given batch{few.left.rows(), label, {w}};
        CHECK_THROWS_WITH(step(batch), Catch::Contains(code) && Catch::Contains("labels"));
        CHECK_THROWS_WITH(step.accumulate(std::array{batch, batch}), Catch::Contains(code));
        CHECK_THROWS_WITH(read(batch), Catch::Contains(code));
    };
    caught({1, 1, NAN, 1}, "step.weight_not_finite");
    caught({1, 1, INFINITY, 1}, "step.weight_not_finite");
    caught({0, 0, 0, 0}, "step.no_weight");
    caught({-1, -1, -1, -1}, "step.no_weight");
    CHECK(step.count() == 0);
    const std::vector<float> none(4, 0), some{1, 0, 2, 0};
    const given empty{few.left.rows(), label, {none}}, full{few.left.rows(), label, {some}};
    CHECK(step(full).loss ==
          step.accumulate(std::array{empty, full}).loss); // what counts is the sum of all
}
