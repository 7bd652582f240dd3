// Attention of a decoder that writes: the keys and values of earlier tokens stand in a cache, one for
// each layer, those of the batch are put behind them, and queries see both. Which program this is the
// rows say (continued_rows), so a model is the same type whether it trains or writes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/flatten.hpp"

namespace hone {

/// softmax(q k^T / sqrt(size)) v over the cache's rows: q, k, v, the places of the queries, then the slot
/// and the number of earlier tokens of each sequence. `detail` is the site of the cache.
template <int Heads, int KeyHeads, class Seen>
struct continued_attention_ {
    static constexpr op_traits traits{.how = structure::whole,
                                      .keep = true,
                                      .read_elsewhere = {1, 2, 4, 5},
                                      .factors = {0},
                                      .factor_parts = Heads,
                                      .cached = {1, 2}};
    template <class Q, class K, class V, class... More>
    using shape = shaped<typename Q::kind, V::width / KeyHeads * Heads>;

    template <class Shape, std::size_t N>
    static constexpr int emit(const emission& e, scope& s, const int (&a)[N], Shape) {
        node n;
        n.op = &operation_of<continued_attention_>;
        n.width = Shape::width;
        n.kind = kind_of<typename Shape::kind>::code(e);
        for (; n.count < 6; ++n.count) n.argument[n.count] = a[n.count];
        n.detail = e.site(s.prefix, a[0], a[1], a[2]);
        auto b = e.builder();
        const int o = b.insert(n);
        b.template add<output_>({o}, Heads, n.kind, 1); // the log-sum-exp, which blocks of keys are joined by
        return o;
    }
};

template <class Kind>
inline constexpr bool is_continued = false;
template <class Name>
inline constexpr bool is_continued<per_token<continued<Name>>> = true;

/// The columns of a continued field that say which place of the cache each sequence has.
template <class Kind>
struct place_in_cache;
template <class Name>
struct place_in_cache<per_token<continued<Name>>> {
    using slot = index_leaf<continued<Name>, batch_column::slot, per_sequence>;
    using before = index_leaf<continued<Name>, batch_column::before, per_sequence>;
};

} // namespace hone
