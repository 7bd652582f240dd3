// What closes a sublayer of a transformer ("Add & Norm", Vaswani et al. 2017, section 5.4): its result drops out, is added to its input, and the sum
// is normalized. A layer of its own, because it is the place where bottleneck adapters stand: `sum` takes the result after dropout, `norm` the sum.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/dropout.hpp"
#include "hone/layer/norm.hpp"

namespace hone {

/// norm(x + dropout(h)), with h the sublayer's result for x; both (rows, Width).
template <class Width, int Exponent = 5>
struct add_and_norm {
    static constexpr int sum_width = Width::value;
    HONE_PARTS((weight, vector<Width::value, ones>), (bias, vector<Width::value>), (dropout, hone::dropout))
    static constexpr auto norm(auto self, auto sum) { return layer_norm<Width, Exponent>::call(self, sum); }
    static constexpr auto sum(auto self, auto x, auto dropped) { return norm(self, x + dropped); }
    static constexpr auto call(auto self, auto x, auto h) { return sum(self, x, self.dropout(h)); }
};

} // namespace hone
