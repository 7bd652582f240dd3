// AdaLoRA: its gradients, the regulariser, and what it starts from.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adalora.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

constexpr auto regular = [](auto m, auto b) { return cross_entropy(m(b.left), b.label) + mean_of(orthogonality(m)); };

} // namespace

TEST_CASE("AdaLoRA on queries and values") {
    using tuned = adapt<small_bert, adalora<rank<3>, alpha<5>>, on<"**.query", "**.value">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
TEST_CASE("with the regulariser, in and out of loops, of two ranks") {
    using tuned = adapt<small_bert, adalora<rank<3>, with_dropout>, on<"bert.blocks.1.**.query", "bert.blocks.2.**.query", "pooler">, adalora<rank<5>>, on<"**.up">>;
    judge<tuned>(adapters_and_head{}, regular, adapter_drops);
}
