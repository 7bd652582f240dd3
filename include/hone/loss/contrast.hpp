// In-batch contrast of embeddings (Henderson et al. 2017): each anchor is to be nearer to its own
// positive than to all other candidates of the batch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"
#include "hone/op/contrast/contrast.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// The mean over anchors of -log softmax(scale x_anchor . x_candidate over all candidates)[its
/// own]: x (sequences, width), anchors first; `sides` are two groups, anchors and candidates;
/// `label` is 0 for an anchor and -100 for a candidate (`contrast_batch`). Rows of length one give
/// cosines.
template <expression X, group_field Sides, expression Label, expression Scale>
constexpr auto in_batch_contrast(X x, Sides sides, Label label, Scale scale) {
    return mean_over(contrast_loss(x, sides, scale), function<is_label_>{}(label));
}

} // namespace hone
