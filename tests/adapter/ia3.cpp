// IA3: factors on what a layer gives, and on what it takes.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/ia3.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("IA3 on keys, values and the inputs of the second products") {
    using tuned = adapt<small_bert, ia3<>, on<"**.key", "**.value">, ia3<of_input>, on<"**.attention.output", "**.feed_forward.down">>;
    parameters<tuned, double> model;
    CHECK(model.weight("bert.blocks.0.feed_forward.down.ia3.l").columns == 18);
    CHECK(model.weight("bert.blocks.0.attention.key.ia3.l").columns == 12);
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("IA3 alone: nothing else has a gradient") {
    using tuned = adapt<small_bert, ia3<>, on<"**.value">>;
    parameters<tuned, double> model;
    team alone(1);
    auto step = differentiate<pair_batch>(model, trainable<adapters>{}, classified, alone);
    CHECK(step.weights().ranges.size() == 3);
}
