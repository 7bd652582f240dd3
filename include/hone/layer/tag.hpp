// A label a token: dropout and a linear head on every row (Devlin et al. 2019, section 5.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/dropout.hpp"
#include "hone/layer/linear.hpp"

namespace hone {

/// tokens -> logits (tokens, Classes). `Body` gives (tokens, Body::width).
template <class Body, class Classes>
struct tag {
    using width = typename Body::width;
    using body = Body;
    static constexpr int class_count = Classes::value;
    static constexpr const char* task = "tag";
    HONE_PARTS((bert, Body), (dropout, hone::dropout), (classifier, linear<width, Classes>))
    static constexpr auto call(auto self, auto tokens) { return self.classifier(self.dropout(self.bert(tokens))); }
};

} // namespace hone
