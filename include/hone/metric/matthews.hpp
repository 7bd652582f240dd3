// Matthews' correlation coefficient for two classes and more (Gorodkin 2004; scikit-learn's
// matthews_corrcoef), from the counts that class_counts keeps: nothing else has to be streamed or
// merged. Whole numbers, so any order gives the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstdint>

#include "hone/meta/compact.hpp"
#include "hone/metric/exact_sum.hpp"
#include "hone/metric/f1.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// -1 to 1; 0 where all labels or all predictions are of one class. Error: metric.empty.
inline double matthews(const class_counts& counts) {
    const auto all = counts.sum();
    const auto real = [](std::int64_t n) { return static_cast<double>(n); };
    exact_sum together, labels, predictions;
    together.add_product(real(all.right), real(all.labelled));
    labels.add_product(real(all.labelled), real(all.labelled));
    predictions.add_product(real(all.labelled), real(all.labelled));
    for (std::int32_t id = 0; id < counts.classes(); ++id) {
        const auto& c = counts.of(id);
        together.add_product(-real(c.labelled), real(c.predicted));
        labels.add_product(-real(c.labelled), real(c.labelled));
        predictions.add_product(-real(c.predicted), real(c.predicted));
    }
    const double below = std::sqrt(labels.value() * predictions.value());
    return detail::quotient(together.value(), below);
}

} // namespace hone
HONE_COMPACT_END
