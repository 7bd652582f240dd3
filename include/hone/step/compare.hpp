// Two models on the same rows: how far their outputs are apart. The certificate of a merge, and of any other change that should change nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <vector>

#include "hone/step/differentiate.hpp"

namespace hone {

/// The largest |a - b| and the largest |a| over all outputs; NaN where one is not finite.
struct output_difference {
    double difference = 0, largest = 0;
    double relative() const { return difference == 0 ? 0 : difference / largest; }
};

/// Outputs of `function(model, batch)` of both models on one batch.
template <class Batch = token_batch, class First, class Second, class T, class Function>
output_difference compare_outputs(parameters<First, T>& first, parameters<Second, T>& second, Function function, const Batch& batch, team& workers) {
    auto one = evaluate<Batch>(first, function, workers);
    const auto expected = one(batch);
    const std::vector<T> a(expected.begin(), expected.end());
    auto other = evaluate<Batch>(second, function, workers);
    const auto b = other(batch);
    output_difference found;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i]));
        found.difference = std::isnan(d) || std::isnan(found.difference) ? NAN : std::max(found.difference, d);
        found.largest = std::max(found.largest, std::abs(static_cast<double>(a[i])));
    }
    return found;
}

} // namespace hone
