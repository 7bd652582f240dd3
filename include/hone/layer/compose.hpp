// Ways to put layers together: one after the other, a detour added to the input. `repeat` is where expressions are (it is a loop).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// second(first(x))
template <class First, class Second>
struct sequence {
    HONE_PARTS((first, First), (second, Second))
    static constexpr auto call(auto self, auto x) { return self.second(self.first(x)); }
};
/// x + layer(x) (He et al. 2016)
template <class Layer>
struct residual {
    HONE_PARTS((layer, Layer))
    static constexpr auto call(auto self, auto x) { return x + self.layer(x); }
};

} // namespace hone
