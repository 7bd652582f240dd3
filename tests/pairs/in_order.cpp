// Every adapter that may stand beside prompt tuning, in one order, and the model's own weights beside them.
// SPDX-License-Identifier: Apache-2.0
#include "pairs/models.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("all adapters in one order, and all sets beside them") { trains_and_stays<in_order, in_order, all_sets>(); }
