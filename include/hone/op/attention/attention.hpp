// Scaled dot-product attention with several heads (Vaswani et al. 2017, eq. 1), within each sequence, over ragged rows. Nothing of
// tokens x tokens size is kept: the backward pass makes the probabilities again from the log-sum-exp of each row (Dao et al. 2022).
// Queries may be of another row kind than keys and values: a classifier that reads only the first token asks with that row alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/continued.hpp"
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// Which keys a query sees: all of its sequence, those up to its own place (a decoder), or the last N of these, itself among them (sliding window).
struct every_key {
    static constexpr bool by_place = false;
    static constexpr int window = 0;
};
struct causal {
    static constexpr bool by_place = true;
    static constexpr int window = 0;
};
template <int N>
struct sliding_window {
    static constexpr bool by_place = true;
    static constexpr int window = N;
};

/// dq, and as outputs 1 and 2 dk and dv, from q, k, v, o, log-sum-exp, do, then the places of the queries and the dropout's rate, where there are such.
template <int Heads, int KeyHeads = Heads, class Seen = every_key>
struct attention_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments, .factors = {0, 1, 2},
                                      .factor_parts = Heads};
};
/// softmax(q k^T / sqrt(size)) v; output 1 is the log-sum-exp, one a row and head. `detail` - 1 is the dropout's site, 0: none. Keys and values may have
/// fewer heads, each for as many heads of queries that follow each other (grouped queries; Ainslie et al. 2023).
template <int Heads, int KeyHeads = Heads, class Seen = every_key>
struct attention_ {
    static constexpr int place = 3, rate = 3 + Seen::by_place; ///< arguments
    static constexpr op_traits traits{.how = structure::whole, .keep = true, .read_elsewhere = {1, 2, rate}, .factors = {0, 1, 2}, .factor_parts = Heads};
    using uses = types<attention_back_<Heads, KeyHeads, Seen>>;
    template <class Q, class K, class V, class... More>
    using shape = shaped<typename Q::kind, V::width / KeyHeads * Heads>;

    template <class Shape, std::size_t N>
    static constexpr int emit(const emission& e, scope& s, const int (&a)[N], Shape) {
        auto b = e.builder();
        node n;
        n.op = &operation_of<attention_>;
        n.width = Shape::width;
        n.kind = kind_of<typename Shape::kind>::code(e);
        const bool drops = N > 1 + rate && e.training;
        for (; n.count < rate + drops; ++n.count) n.argument[n.count] = a[n.count];
        if (drops) n.detail = 1 + e.site(s.prefix, a[0], a[1], a[2]);
        const int o = b.insert(n);
        b.template add<output_>({o}, Heads, n.kind, 1);
        return o;
    }

    static constexpr void reverse(graph_builder& b, int self) {
        const auto n = b.at(self);
        node d = n;
        d.op = &operation_of<attention_back_<Heads, KeyHeads, Seen>>;
        d.count = 0;
        for (int k = 0; k < 3; ++k) d.argument[d.count++] = b.value(n.argument[k]);
        d.argument[d.count++] = b.value(self);
        d.argument[d.count++] = b.value(b.output(self, 1));
        d.argument[d.count++] = b.of(self);
        for (int k = 3; k < n.count; ++k) d.argument[d.count++] = n.argument[k];
        d.needs = false;
        const auto q = b.at(n.argument[0]), k = b.at(n.argument[1]), v = b.at(n.argument[2]);
        d.width = q.width;
        const int dq = b.insert(d);
        const int dk = b.add<output_>({dq}, k.width, k.kind, 1), dv = b.add<output_>({dq}, v.width, v.kind, 2);
        b.contribute(n.argument[0], dq);
        b.contribute(n.argument[1], dk);
        b.contribute(n.argument[2], dv);
    }
};

/// Attention of `Heads` heads of queries over `KeyHeads` of keys and values; q (rows, width), k and v (tokens, width). With a rate, the probabilities are
/// dropped out.
template <int Heads, int KeyHeads, class Seen, expression Q, expression K, expression V, expression... Rate>
constexpr auto attention(Q q, K k, V v, Rate... rate) {
    static_assert(Heads % KeyHeads == 0, HONE_E093);
    static_assert(Q::width % Heads == 0 && K::width % KeyHeads == 0 && V::width % KeyHeads == 0, HONE_E021);
    static_assert(Q::width / Heads == K::width / KeyHeads && K::width == V::width, HONE_E011);
    static_assert(std::is_same_v<typename K::kind, typename V::kind>, HONE_E010);
    if constexpr (Seen::by_place) {
        static_assert(std::is_same_v<typename Q::kind, typename K::kind>, HONE_E010);
        using kind = typename Q::kind;
        if constexpr (is_continued<kind>)
            return apply<continued_attention_<Heads, KeyHeads, Seen>>(
                q, k, v, place_in_sequence_of<kind>{}, typename place_in_cache<kind>::slot{},
                typename place_in_cache<kind>::before{});
        else
            return apply<attention_<Heads, KeyHeads, Seen>>(q, k, v, place_in_sequence_of<kind>{}, rate...);
    } else
        return apply<attention_<Heads, KeyHeads, Seen>>(q, k, v, rate...);
}
template <int Heads, expression Q, expression K, expression V, expression... Rate>
constexpr auto attention(Q q, K k, V v, Rate... rate) {
    return attention<Heads, Heads, every_key>(q, k, v, rate...);
}

} // namespace hone
