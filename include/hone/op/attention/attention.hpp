// Scaled dot-product attention with several heads (Vaswani et al. 2017, eq. 1), within each sequence, over ragged rows. Nothing of
// tokens x tokens size is kept: the backward pass makes the probabilities again from the log-sum-exp of each row (Dao et al. 2022).
// Queries may be of another row kind than keys and values: a classifier that reads only the first token asks with that row alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

/// dq, and as outputs 1 and 2 dk and dv, from q, k, v, o, log-sum-exp, do; the dropout's rate and site come with the node.
template <int Heads>
struct attention_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments, .factors = {0, 1, 2},
                                      .factor_parts = Heads};
};
/// softmax(q k^T / sqrt(size)) v; output 1 is the log-sum-exp, one a row and head. `detail` - 1 is the dropout's site, 0: none.
template <int Heads>
struct attention_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true, .read_elsewhere = {1, 2, 3}, .factors = {0, 1, 2},
                                      .factor_parts = Heads};
    using uses = types<attention_back_<Heads>>;
    template <class Q, class K, class V, class... Rate>
    using shape = shaped<typename Q::kind, V::width>;

    template <class Shape, std::size_t N>
    static constexpr int emit(const emission& e, scope& s, const int (&a)[N], Shape) {
        auto b = e.builder();
        const int kind = kind_of<typename Shape::kind>::code(e);
        const bool drops = N > 4 && e.training;
        const int o = drops ? b.template add<attention_>({a[0], a[1], a[2], a[3]}, Shape::width, kind, 1 + e.site(s.prefix, a[0], a[1], a[2]))
                            : b.template add<attention_>({a[0], a[1], a[2]}, Shape::width, kind);
        b.template add<output_>({o}, Heads, kind, 1);
        return o;
    }

    static constexpr void reverse(graph_builder& b, int self) {
        const auto n = b.at(self);
        int outputs = -1;
        for (int i = 0; i < b.g().forward; ++i)
            if (b.at(i).op == &operation_of<output_> && b.at(i).argument[0] == self) outputs = i;
        node d = n;
        d.op = &operation_of<attention_back_<Heads>>;
        d.count = 0;
        for (int k = 0; k < 3; ++k) d.argument[d.count++] = b.value(n.argument[k]);
        d.argument[d.count++] = b.value(self);
        d.argument[d.count++] = b.value(outputs);
        d.argument[d.count++] = b.of(self);
        if (n.count > 3) d.argument[d.count++] = n.argument[3];
        d.needs = false;
        const auto k = b.at(n.argument[1]), v = b.at(n.argument[2]);
        const int dq = b.insert(d);
        const int dk = b.add<output_>({dq}, k.width, k.kind, 1), dv = b.add<output_>({dq}, v.width, v.kind, 2);
        b.contribute(n.argument[0], dq);
        b.contribute(n.argument[1], dk);
        b.contribute(n.argument[2], dv);
    }
};

/// Attention of `Heads` heads; q (rows, width), k and v (tokens, width). With a rate, the probabilities are dropped out.
template <int Heads, expression Q, expression K, expression V, expression... Rate>
constexpr auto attention(Q q, K k, V v, Rate... rate) {
    static_assert(Q::width % Heads == 0 && V::width % Heads == 0, HONE_E021);
    static_assert(Q::width == K::width, HONE_E011);
    static_assert(std::is_same_v<typename K::kind, typename V::kind>, HONE_E010);
    return apply<attention_<Heads>>(q, k, v, rate...);
}

} // namespace hone
