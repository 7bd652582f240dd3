// Smoothed labels, weights of classes and focal loss: gradients against differences, values by
// hand; the third text has no label.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/classes.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

const std::vector<double> class_weights{0.5, 2.0, 1.25};

/// sum of value(log p, label) over sum of weight(label), over labelled texts.
template <class Value, class Weight>
double by_hand(Value value, Weight weight) {
    const auto logits = rows_of(first_logits);
    double sum = 0, of = 0;
    for (std::size_t r = 0; r < few.label.size(); ++r)
        if (const auto y = few.label[r]; y >= 0) {
            sum += value(log_softmax(logits, r), static_cast<std::size_t>(y));
            of += weight(static_cast<std::size_t>(y));
        }
    return sum / of;
}
constexpr auto each_one = [](std::size_t) { return 1.0; };
const auto by_class = [](std::size_t y) { return class_weights[y]; };

} // namespace

TEST_CASE("smoothed labels") {
    const double loss = judge_loss(
        first_trains{},
        [](auto m, auto b) {
            return smoothed_cross_entropy(first_logits(m, b), b.label, value<"smoothing">);
        },
        [](auto& step) { step.template set<"smoothing">(0.2); });
    CHECK(loss ==
          Approx(by_hand([](auto p,
                            std::size_t y) { return -0.8 * p[y] - 0.2 / 3 * (p[0] + p[1] + p[2]); },
                         each_one))
              .epsilon(1e-13));
}
TEST_CASE("weights of classes") {
    const double loss = judge_loss(
        first_trains{},
        [](auto m, auto b) {
            return weighted_cross_entropy(first_logits(m, b), b.label,
                                          value_row<"weights", label_count>);
        },
        [](auto& step) { step.template set<"weights">(class_weights); });
    CHECK(loss ==
          Approx(by_hand([](auto p, std::size_t y) { return -class_weights[y] * p[y]; }, by_class))
              .epsilon(1e-13));
}
TEST_CASE("smoothed labels with weights of classes") {
    const double loss = judge_loss(
        first_trains{},
        [](auto m, auto b) {
            return smoothed_cross_entropy(first_logits(m, b), b.label, value<"smoothing", 1, 10>,
                                          value_row<"weights", label_count>);
        },
        [](auto& step) { step.template set<"weights">(class_weights); });
    const auto hand = [](auto p, std::size_t y) {
        double all = 0;
        for (std::size_t c = 0; c < 3; ++c) all -= class_weights[c] * p[c];
        return -0.9 * class_weights[y] * p[y] + 0.1 / 3 * all;
    };
    CHECK(loss == Approx(by_hand(hand, by_class)).epsilon(1e-13));
}
TEST_CASE("focal loss, with weights of classes and without") {
    const double gamma = GENERATE(0.0, 1.0, 2.0, 3.5);
    const auto hand = [gamma](auto p, std::size_t y) {
        return -std::pow(1 - std::exp(p[y]), gamma) * p[y];
    };
    const double plain = judge_loss(
        first_trains{},
        [](auto m, auto b) { return focal(first_logits(m, b), b.label, value<"gamma">); },
        [&](auto& step) { step.template set<"gamma">(gamma); });
    CHECK(plain == Approx(by_hand(hand, each_one)).epsilon(1e-13));
    const double weighted = judge_loss(
        first_trains{},
        [](auto m, auto b) {
            return focal(first_logits(m, b), b.label, value<"gamma">, value_row<"alpha", label_count>);
        },
        [&](auto& step) {
            step.template set<"gamma">(gamma).template set<"alpha">(class_weights);
        });
    CHECK(weighted ==
          Approx(by_hand([&](auto p, std::size_t y) { return class_weights[y] * hand(p, y); },
                         each_one))
              .epsilon(1e-13));
}
TEST_CASE("no labelled text: loss 0; labelled texts of classes that weigh nothing: an error") {
    parameters<both, double> model;
    fill(model, 19, 0.8);
    team alone(1);
    auto step = differentiate<pair_batch>(
        model, first_trains{},
        [](auto m, auto b) {
            return weighted_cross_entropy(first_logits(m, b), b.label,
                                          value_row<"weights", label_count>);
        },
        alone);
    step.set<"weights">(class_weights);
    auto batch = few.batch();
    const std::vector<std::int32_t> none(few.label.size(), -100), all(few.label.size(), 1);
    batch.label = none;
    CHECK(step(batch).loss == 0);
    batch.label = all;
    step.set<"weights">(std::vector<double>{1, 0, 1});
    CHECK_THROWS_WITH(step(batch), Catch::Contains("step.no_weight"));
    CHECK_THROWS_WITH(step.set<"weights">(std::vector<double>{1, 0}),
                      Catch::Contains("step.numbers_differ"));
}
