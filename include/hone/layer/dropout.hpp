// Dropout as a named part: its path is what tells its draws from others'. The rate is value<"dropout", 0>, set when training.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/random/dropout.hpp"

namespace hone {

struct dropout {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) { return dropped<site<path<>>>(x, value<"dropout", 0>); }
};

} // namespace hone
