// The same adapters in the other order.
// SPDX-License-Identifier: Apache-2.0
#include "pairs/models.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("all adapters in the other order") { trains_and_stays<in_turned_order, in_turned_order, trainable<adapters, on<"classifier.**">>>(); }
