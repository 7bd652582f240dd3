// Bottleneck adapters around the sums of a block, alone, stacked and mixed with low-rank ones inside them.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/bottleneck.hpp>
#include <hone/adapter/lora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("Houlsby's adapters after attention and network") {
    judge<adapt<small_bert, houlsby<reduction<4>>, on<"**.attention_norm", "**.output_norm">>>(adapters_and_head{}, classified, drops);
}
TEST_CASE("Pfeiffer's adapter reads the layer's own norm") {
    judge<adapt<small_bert, pfeiffer<reduction<4>>, on<"**.output_norm">>>(adapters_and_head{}, classified, drops);
}
TEST_CASE("Pfeiffer's adapter with the norm itself training") {
    judge<adapt<small_bert, pfeiffer<reduction<4>>, on<"**.output_norm">>>(trainable<adapters, norms>{}, classified, drops);
}
TEST_CASE("a parallel adapter, one of Houlsby's inside it, and LoRA on both and on the queries") {
    using tuned = adapt<small_bert, houlsby<reduction<4>>, on<"**.output_norm">, hone::parallel<reduction<3>>, on<"**.output_norm">, lora<rank<2>>,
                        on<"**.query", "**.parallel.down", "**.houlsby.up">>;
    parameters<tuned, double> model;
    CHECK(model.weight("bert.blocks.1.output_norm.parallel.down.lora.b").rows == 4);
    judge<tuned>(adapters_and_head{}, classified, drops);
}
