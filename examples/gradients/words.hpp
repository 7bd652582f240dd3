// What both tasks of masked words differentiate.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/data/masked.hpp>
#include <hone/layer/predict_words.hpp>

/// The mean cross-entropy over the masked words, from the rows of the body.
inline constexpr auto mean_of_words = [](auto m, auto rows, auto batch) {
    return hone::mean_over(hone::word_losses(m, hone::pick(rows, batch.masked), batch.label),
                           hone::function<hone::is_label_>{}(batch.label));
};
