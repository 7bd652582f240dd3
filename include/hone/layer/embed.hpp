// One vector a text: the mean of its tokens' rows, the first or the last row, or the largest of each column (Reimers and Gurevych 2019).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/activations.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// tokens -> (sequences, width): the mean over all tokens of each text. The pooler is the checkpoint's and stays as it is.
template <class Body>
struct embed {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = 2;
    static constexpr const char* task = "embed";
    HONE_PARTS((bert, Body), (pooler, linear<width, width>))
    static constexpr auto call(auto self, auto tokens) { return mean_sequence(self.bert(tokens)); }
};

/// Each row over its Euclidean length: (rows, width) -> the same.
template <expression X>
constexpr auto of_length_one(X x) {
    return x / square_root(sum_columns(square(x)));
}

} // namespace hone
