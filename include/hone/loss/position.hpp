// Cross-entropy over the rows of a sequence, or over the sequences of a group: which token an answer begins with, which choice is right.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// The mean of -log softmax(scores over each segment)[place], over the segments that have a place (not -100): scores (tokens, 1) with a `token_position`,
/// or (sequences, 1) with a `group_choice` and its field of groups.
template <expression Scores, pick_field Place, group_field... Group>
constexpr auto position_cross_entropy(Scores scores, Place place, Group... group) {
    static_assert(Scores::width == 1, HONE_E011);
    const auto counted = function<is_label_>{}(place);
    return mean_over(function<masked_>{}(log_sum_exp_sequence(scores, group...) - pick(scores, place), counted), counted);
}

} // namespace hone
