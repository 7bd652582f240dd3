// The loss of each row of logits, which stand in memory
// whole; op/vocabulary is for those that need not.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/rows.hpp"

namespace hone {

/// -log softmax(logits)[label], 0 where the label is ignored: (rows, classes), (rows) -> (rows, 1).
struct cross_entropy_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto logits, auto label) {
        const auto counted = function<is_label_>{}(label);
        const auto x = function<masked_>{}(logits, counted);
        const auto chosen = sum_columns(function<masked_>{}(x, apply<one_hot_>(x, label)));
        return function<masked_>{}(log_sum_exp(x) - chosen, counted);
    }
};

} // namespace hone
