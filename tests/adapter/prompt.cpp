// Prompt tuning: its gradients, alone and with everything that a word's row passes, and what a batch is told.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/lora.hpp>
#include <hone/adapter/prompt.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using prompted = adapt<bert_with_room, prompt<virtual_tokens<4>>, on<"**.word">>;

} // namespace

TEST_CASE("prompt tuning") { judge<prompted>(adapters_and_head{}, classified, drops); }
TEST_CASE("prompt tuning without dropout, the prompt alone") { judge<prompted>(trainable<adapters>{}, classified); }
TEST_CASE("everything trains, the prompt too") { judge<prompted>(all{}, classified, drops); }
