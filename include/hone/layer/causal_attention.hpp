// Self-attention of decoders: each token sees itself and those before it. Grouped queries (Ainslie et al. 2023), rotary positions handed in as a table, norms
// of queries and keys where a family has them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/attention/attention.hpp"
#include "hone/op/columns/columns.hpp"
#include "hone/op/heads/heads.hpp"
#include "hone/op/rotary/rotary.hpp"

namespace hone {

/// Heads of keys and values.
template <int N>
struct key_heads {
    static constexpr int value = N;
};
/// Columns of a head.
template <int N>
struct head_size {
    static constexpr int value = N;
};

/// x as it is.
struct no_norm {
    HONE_PARTS()
    static constexpr auto call(auto, auto x) { return x; }
};
/// RMS norm of each head's columns with one gain for all heads: (rows, heads * Size) -> the same.
template <class Size, int Exponent = 6>
struct head_norm {
    HONE_PARTS((weight, vector<Size::value, ones>))
    static constexpr auto call(auto self, auto x) {
        return rms_normalized_heads<Size::value, Exponent>(x) * for_all_heads<decltype(x)::width / Size::value>(self.weight);
    }
};

/// x (tokens, Width), table (tokens, Size) of rotary_table -> (tokens, Width). Probabilities drop out at the rate value<"attention_dropout">.
template <class Width, class Heads, class KeyHeads, class Size, class Seen = causal, class Query = projection<Width, width<Heads::value * Size::value>>,
          class Key = projection<Width, width<KeyHeads::value * Size::value>>, class Value = Key,
          class Output = projection<width<Heads::value * Size::value>, Width>, class QueryNorm = no_norm, class KeyNorm = QueryNorm>
struct rotary_attention {
    static constexpr int attended_width = KeyHeads::value * Size::value;
    HONE_PARTS((query, Query), (key, Key), (value, Value), (output, Output), (query_norm, QueryNorm), (key_norm, KeyNorm))
    static constexpr auto call(auto self, auto x, auto table) {
        const auto q = rotate(self.query_norm(self.query(x)), table);
        const auto k = rotate(self.key_norm(self.key(x)), table);
        return self.output(attention<Heads::value, KeyHeads::value, Seen>(q, k, self.value(x), hone::value<"attention_dropout", 0>));
    }
};

/// y = x W + b. The weight is (in, out), as GPT-2's published checkpoints hold it.
template <class In, class Out, class Initial = normal<20>>
struct conv1d {
    static constexpr int inputs = In::value, outputs = Out::value;
    HONE_PARTS((weight, matrix<In::value, Out::value, Initial>), (bias, vector<Out::value>))
    static constexpr auto call(auto self, auto x) { return times(x, self.weight) + self.bias; }
};
/// One product for queries, keys and values, which stand side by side (Radford et al. 2019): (tokens, Width) -> the same.
template <class Width, class Heads, class Projection = conv1d<Width, width<3 * Width::value>>, class Output = conv1d<Width, Width>>
struct joint_attention {
    static constexpr int W = Width::value;
    HONE_PARTS((projection, Projection), (output, Output))
    static constexpr auto call(auto self, auto x) {
        const auto all = self.projection(x);
        return self.output(attention<Heads::value, Heads::value, causal>(columns<0, W>(all), columns<W, W>(all), columns<2 * W, W>(all), hone::value<"attention_dropout", 0>));
    }
};

} // namespace hone
