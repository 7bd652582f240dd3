// DoRA: the norm of the changed weight is a constant of the step, so differences are taken of a model in which it is a frozen weight.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/dora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// DoRA as the paper writes it, the norms given from outside.
struct dora_of_given_norms {
    template <int In, int Out>
    struct weights {
        HONE_PARTS((a, matrix<3, In>), (b, matrix<Out, 3>), (magnitude, vector<Out>), (length, vector<Out>))
    };
    template <class Layer>
    struct around : Layer {
        HONE_ADDED_PARTS(Layer, (dora, weights<Layer::inputs, Layer::outputs>))
        static constexpr auto call(auto self, auto x) {
            const auto changed = product(x, self.weight) + scaled<5, 3>(product(product(x, self.dora.a), self.dora.b));
            return changed * (self.dora.magnitude / self.dora.length) + self.bias;
        }
    };
};
using places = on<"**.query", "**.value", "**.feed_forward.up">;
using tuned = adapt<small_bert, dora<rank<3>, alpha<5>>, places>;
using given = adapt<small_bert, dora_of_given_norms, places>;
using trains = trainable<on<"**.dora.a", "**.dora.b", "**.dora.magnitude", "classifier.**">>;

} // namespace

TEST_CASE("DoRA with its norms held fixed has the gradients of DoRA") {
    parameters<given, double> reference;
    parameters<tuned, double> model;
    fill(reference, 41, 0.45);
    model.each([&](named_weight<double> w) {
        const auto from = reference.weight(w.name).values;
        std::copy(from.begin(), from.end(), w.values.begin());
    });
    reference.each([&](named_weight<double> w) {
        if (!w.name.ends_with(".length")) return;
        const auto layer = w.name.substr(0, w.name.size() - std::string_view(".dora.length").size());
        const auto weight = reference.weight(layer + ".weight"), a = reference.weight(layer + ".dora.a"), b = reference.weight(layer + ".dora.b");
        for (int row = 0; row < weight.rows; ++row) {
            double sum = 0;
            for (int column = 0; column < weight.columns; ++column) {
                double v = weight.values[static_cast<std::size_t>(row * weight.columns + column)];
                for (int k = 0; k < 3; ++k)
                    v += 5.0 / 3 * b.values[static_cast<std::size_t>(row * 3 + k)] * a.values[static_cast<std::size_t>(k * weight.columns + column)];
                sum += v * v;
            }
            w.values[static_cast<std::size_t>(row)] = std::sqrt(sum);
        }
    });
    team alone(1);
    auto expected = differentiate<pair_batch>(reference, trains{}, classified, alone, 6);
    auto step = differentiate<pair_batch>(model, trains{}, classified, alone, 6);
    drops(expected);
    drops(step);
    const auto found = check_gradients(expected, few.batch(), {3e-4, 12});
    INFO(found.text());
    CHECK(found.relative() <= close_enough);
    const double loss = expected(few.batch()).loss;
    expected.resume(0);
    step.resume(0);
    const auto [loss_again, ours] = step(few.batch());
    const auto theirs = expected(few.batch()).gradients;
    CHECK(std::abs(loss_again - expected.term_values()->value()) <= 1e-13 * loss);
    REQUIRE(ours.count == theirs.count);
    double largest = 0, difference = 0;
    for (long i = 0; i < ours.count; ++i) {
        largest = std::max(largest, std::abs(theirs.values[i]));
        difference = std::max(difference, std::abs(ours.values[i] - theirs.values[i]));
    }
    CHECK(difference <= 1e-12 * largest);
}
TEST_CASE("DoRA: same bits for any number of threads, arena as planned") {
    judge<tuned>(trainable<on<"**.dora.magnitude", "classifier.**">>{}, classified, drops);
}
TEST_CASE("DoRA begins as the model: magnitudes are the lengths of the rows of the weight") {
    parameters<tuned, double> model;
    fill(model, 9, 0.3);
    model.initialize(5, [](std::string_view name) { return name.find(".dora.") != name.npos; });
    const auto weight = model.weight("bert.blocks.2.attention.value.weight");
    const auto magnitude = model.weight("bert.blocks.2.attention.value.dora.magnitude");
    double sum = 0;
    for (int c = 0; c < 12; ++c) sum += weight.values[static_cast<std::size_t>(12 * 7 + c)] * weight.values[static_cast<std::size_t>(12 * 7 + c)];
    CHECK(std::abs(magnitude.values[7] - std::sqrt(sum)) < 1e-15);
    parameters<small_bert, double> base;
    base.each([&](named_weight<double> w) {
        const auto from = model.weight(w.name).values;
        std::copy(from.begin(), from.end(), w.values.begin());
    });
    team alone(1);
    auto plain = evaluate<pair_batch>(base, classified, alone);
    auto adapted = evaluate<pair_batch>(model, classified, alone);
    CHECK(std::abs(plain(few.batch()).term(0).sum - adapted(few.batch()).term(0).sum) < 1e-12);
}
