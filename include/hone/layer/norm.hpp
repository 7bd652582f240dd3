// Layer norm (Ba, Kiros and Hinton 2016): each row to mean 0 and variance 1, then a gain and a bias. RMS norm (Zhang and Sennrich 2019): each row to a
// root mean square of 1, then a gain.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/rows/rows.hpp"

namespace hone {

/// (rows, Width) -> the same; epsilon is 10^-Exponent.
template <class Width, int Exponent = 5>
struct layer_norm {
    HONE_PARTS((weight, vector<Width::value, ones>), (bias, vector<Width::value>))
    static constexpr auto call(auto self, auto x) { return normalized<Exponent>(x) * self.weight + self.bias; }
};

/// (rows, Width) -> the same; epsilon is 10^-Exponent. Where rows hold several heads of Width columns, each is a row of its own.
template <class Width, int Exponent = 6>
struct rms_norm {
    HONE_PARTS((weight, vector<Width::value, ones>))
    static constexpr auto call(auto self, auto x) { return rms_normalized<Exponent>(x) * self.weight; }
};

} // namespace hone
