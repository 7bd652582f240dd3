// P-tuning: the gradients of the network that makes the virtual tokens.
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/ptuning.hpp>

#include "adapter/model.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using prompted = adapt<bert_with_room, ptuning<virtual_tokens<4>, inner<7>>, on<"**.word">>;

} // namespace

TEST_CASE("P-tuning") { judge<prompted>(adapters_and_head{}, classified, drops); }
TEST_CASE("everything trains, the network too") { judge<prompted>(all{}, classified, drops); }
