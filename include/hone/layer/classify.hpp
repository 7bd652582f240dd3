// A classifier of sequences: the first token's row through a pooler (linear, tanh), dropout and a linear head (Devlin et al. 2019).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/dropout.hpp"
#include "hone/layer/linear.hpp"
#include "hone/op/activations.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// tokens -> logits (sequences, Classes). `Body` gives (tokens, Body::width).
template <class Body, class Classes>
struct classify {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = Classes::value;
    static constexpr const char* task = "single";
    HONE_PARTS((bert, Body), (pooler, linear<width, width>), (dropout, hone::dropout), (classifier, linear<width, Classes>))
    static constexpr auto call(auto self, auto tokens) {
        return self.classifier(self.dropout(hyperbolic_tangent(self.pooler(first_token(self.bert(tokens))))));
    }
};

} // namespace hone
