// Where an answer begins and ends in a text: two scores a token (Devlin et al. 2019, section 4.2).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/columns/columns.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// tokens -> scores (tokens, 2): of the first and of the last token of an answer. `Body` gives (tokens, Body::width).
template <class Body>
struct answer {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = 2;
    static constexpr const char* task = "answer";
    HONE_PARTS((bert, Body), (qa_outputs, linear<width, classes<2>>))
    static constexpr auto call(auto self, auto tokens) { return self.qa_outputs(self.bert(tokens)); }
};
/// The columns of these scores: (tokens, 2) -> (tokens, 1).
constexpr auto start_scores(auto scores) { return columns<0, 1>(scores); }
constexpr auto end_scores(auto scores) { return columns<1, 1>(scores); }

} // namespace hone
