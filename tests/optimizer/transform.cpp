// Laws of transforms: linear ones fold into their neighbours without changing what comes out,
// clipping and decay do what their formulas say, and rates by layer follow the names of published
// weights.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/transform.hpp"

#include "hone/optimizer/optimizer.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// The largest difference of the weights after some steps of two chains.
template <class A, class B>
double apart(const A& one, const B& other) {
    made<double> x(1000, 37), y(1000, 37);
    auto of_x = one.template start<double>(x.trained);
    auto of_y = other.template start<double>(y.trained);
    double far = 0;
    for (std::uint64_t s = 0; s < 5; ++s) {
        x.draw(s);
        y.draw(s);
        one.step(x.trained, x.gradients(), of_x);
        other.step(y.trained, y.gradients(), of_y);
    }
    for (std::size_t i = 0; i < x.weight.size(); ++i)
        far = farther(far, std::abs(x.weight[i] - y.weight[i]));
    return far;
}

} // namespace

TEST_CASE("a rule is its chain by another name") {
    CHECK(apart(chain(adamw{.rate = 0.02, .decay = 0.1}),
                chain(scale_by_adam{}, add_decayed_weights(0.1), scale_by_rate(0.02))) == 0);
    CHECK(apart(chain(adamw{.rate = 0.02, .decay = 0.1}),
                chain(scale_by_adam{}, add_decayed_weights(0.2), scale_by_rate(0.02))) > 1e-5);
}

TEST_CASE("factors multiply, before and behind formulas") {
    CHECK(apart(chain(scale_by_factor(2), scale_by_rate(0.05)), chain(scale_by_rate(0.1))) < 1e-15);
    CHECK(apart(chain(scale_by_momentum{}, scale_by_factor(0.5), add_decayed_weights(0.1),
                      scale_by_factor(0.5), scale_by_rate(0.1)),
                chain(scale_by_factor(0.5), scale_by_momentum{}, add_decayed_weights(0.1),
                      scale_by_rate(0.05))) < 1e-15);
    CHECK(apart(chain(scale_by_factor(100), scale_by_adam{.epsilon = 0}, scale_by_rate(0.1)),
                chain(scale_by_adam{.epsilon = 0}, scale_by_rate(0.1))) < 1e-14);
}

TEST_CASE("decay before a formula is part of the gradient, between two of what lies between") {
    made<double> x(4, 4);
    const auto optimizer = chain(add_decayed_weights(0.5), clip_by_value(0.3),
                                 add_decayed_weights(0.25), clip_by_value(0.4), scale_by_rate(1));
    auto state = optimizer.start<double>(x.trained);
    for (double& g : x.gradient) g = 0.1;
    const std::vector<double> w(x.weight.begin(), x.weight.end());
    optimizer.step(x.trained, x.gradients(), state);
    for (std::size_t i : {0u, 1u, 2u, 3u, 16u, 17u}) {
        const bool decays = i < 4;
        const auto clipped = [](double v, double limit) {
            return std::min(std::max(v, -limit), limit);
        };
        const double first = clipped(0.1 + (decays ? 0.5 * w[i] : 0), 0.3),
                     second = clipped(first + (decays ? 0.25 * w[i] : 0), 0.4);
        CHECK(std::abs(x.weight[i] - (w[i] - second)) < 1e-15);
    }
}

TEST_CASE("decay of weights that a set holds") {
    made<double> x(5, 5);
    for (double& g : x.gradient) g = 0;
    const auto optimizer = chain(add_decayed_weights<on<"**.bias">>(0.5), scale_by_rate(0.1));
    auto state = optimizer.start<double>(x.trained);
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    optimizer.step(x.trained, x.gradients(), state);
    CHECK(x.weight[0] == before[0]);
    CHECK(std::abs(x.weight[16] - before[16] * (1 - 0.05)) < 1e-15);
    CHECK(add_decayed_weights<except<on<"**">, norms>>::decays(
              {.name = "encoder.output_norm.gain"}) == false);
    CHECK(add_decayed_weights<except<on<"**">, norms>>::decays({.name = "encoder.output.weight"}) ==
          true);
}

TEST_CASE("rates by layer: embeddings lowest, then the layers, all else as it is") {
    const scale_by_layer rates(0.5, 12);
    CHECK(rates.depth("embeddings.word_embeddings.weight") == 0);
    CHECK(rates.depth("bert.embeddings.LayerNorm.bias") == 0);
    CHECK(rates.depth("encoder.layer.0.attention.self.query.weight") == 1);
    CHECK(rates.depth("encoder.layer.11.output.dense.bias") == 12);
    CHECK(rates.depth("encoder.blocks.3.attention.query.weight") == 4);
    CHECK(rates.depth("pooler.dense.weight") == 13);
    CHECK(rates.depth("classifier.weight") == 13);
    CHECK(rates.of("classifier.weight") == 1);
    CHECK(rates.of("encoder.layer.11.output.dense.bias") == 0.5);
    CHECK(rates.of("embeddings.word_embeddings.weight") == std::pow(0.5, 13));

    made<double> x(5, 5);
    x.trained.ranges[0].name = "encoder.layer.0.weight";
    x.trained.ranges[1].name = "classifier.bias";
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    const auto optimizer = chain(layer_wise(0.5, 1, sgd{.rate = 0.1, .decay = 0.2}));
    auto state = optimizer.start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    CHECK(std::abs(x.weight[0] - (before[0] - 0.05 * (x.gradient[0] + 0.2 * before[0]))) <
          1e-15); // the decay's rate is the layer's too
    CHECK(std::abs(x.weight[16] - (before[16] - 0.1 * x.gradient[16])) < 1e-15);
}
