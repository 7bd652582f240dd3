// y = x W^T + b. The weight is (out, in), as published checkpoints hold it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/product/product.hpp"

namespace hone {

/// (rows, In) -> (rows, Out)
template <class In, class Out, class Initial = normal<20>>
struct linear {
    static constexpr int inputs = In::value, outputs = Out::value;
    HONE_PARTS((weight, matrix<Out::value, In::value, Initial>), (bias, vector<Out::value>))
    static constexpr auto call(auto self, auto x) { return product(x, self.weight) + self.bias; }
};
/// Without a bias.
template <class In, class Out, class Initial = normal<20>>
struct projection {
    static constexpr int inputs = In::value, outputs = Out::value;
    HONE_PARTS((weight, matrix<Out::value, In::value, Initial>))
    static constexpr auto call(auto self, auto x) { return product(x, self.weight); }
};

} // namespace hone
