// Multi-head self-attention with its four projections (Vaswani et al. 2017, section 3.2.2), within each sequence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/attention/behind.hpp"

namespace hone {

/// (tokens, Width) -> the same. Probabilities drop out at the rate value<"attention_dropout", 0>.
template <class Width, class Heads, class Query = linear<Width, Width>, class Key = linear<Width, Width>, class Value = linear<Width, Width>,
          class Output = linear<Width, Width>>
struct self_attention {
    static constexpr int attended_width = Width::value;
    HONE_PARTS((query, Query), (key, Key), (value, Value), (output, Output))
    static constexpr auto call(auto self, auto x) {
        return self.output(attention<Heads::value>(self.query(x), self.key(x), self.value(x), hone::value<"attention_dropout", 0>));
    }
    /// The same with keys and values (n, Width) that stand before those of every sequence.
    static constexpr auto call_behind(auto self, auto x, auto keys, auto values) {
        return self.output(attention_behind<Heads::value>(self.query(x), self.key(x), self.value(x), keys, values, hone::value<"attention_dropout", 0>));
    }
};

} // namespace hone
