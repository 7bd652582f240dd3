// Prefix tuning: its gradients, against a plain computation over longer sequences of keys, and where the tokens of a text stand.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>
#include <hone/adapter/prefix.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using prefixed = adapt<bert_with_room, prefix<virtual_tokens<4>>, on<"**.attention">>;

} // namespace

TEST_CASE("prefix tuning") { judge<prefixed>(adapters_and_head{}, classified, drops); }
TEST_CASE("prefix tuning without dropout, the prefix alone") { judge<prefixed>(trainable<adapters>{}, classified); }
TEST_CASE("everything trains, the prefix too") { judge<prefixed>(all{}, classified, drops); }
TEST_CASE("a prefix beside LoRA, in some layers") {
    using tuned = adapt<bert_with_room, prefix<virtual_tokens<3>>, on<"bert.blocks.1.attention">, lora<rank<2>>, on<"**.query">>;
    judge<tuned>(adapters_and_head{}, classified, drops);
}
