// Attention behind a prefix: n keys and values, the same for all sequences, stand before each sequence's own (Li and Liang 2021). They are no rows:
// nothing is copied, no query is theirs. The two sets of keys are joined by their log-sum-exp, and with it known each has a backward pass of its own:
// that of the sequence's keys is attention's, that of the prefix sums over sequences in a fixed number of chunks, so that the bits do not
// depend on threads. Cost: n more keys a query; 8 times the prefix for the chunks' sums.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/attention.hpp"
#include "hone/op/product/product.hpp"

namespace hone {

inline constexpr int prefix_chunks = 8; ///< part of the result's bits

/// The rows of several chunks, (chunks * n, width), summed in order: (n, width).
struct sum_chunks_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = {0}};
};
/// The prefix's part of dq, and as outputs 1 and 2 its dk and dv (chunks * n, width), from q, prefix keys, prefix values, o, log-sum-exp, do.
template <int Heads>
struct prefix_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments};
};
/// As attention_, with keys and values of a prefix as arguments 3 and 4.
template <int Heads>
struct attention_behind_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true, .read_elsewhere = {1, 2, 3, 4, 5}};
    using uses = types<attention_back_<Heads>, prefix_back_<Heads>, sum_chunks_>;
    template <class Q, class K, class V, class KeysBefore, class ValuesBefore, class... Rate>
    using shape = shaped<typename Q::kind, V::width>;

    template <class Shape, std::size_t N>
    static constexpr int emit(const emission& e, scope& s, const int (&a)[N], Shape) {
        auto b = e.builder();
        const int kind = kind_of<typename Shape::kind>::code(e);
        const bool drops = N > 6 && e.training;
        const int o = drops ? b.template add<attention_behind_>({a[0], a[1], a[2], a[3], a[4], a[5]}, Shape::width, kind, 1 + e.site(s.prefix, a[0], a[1], a[2]))
                            : b.template add<attention_behind_>({a[0], a[1], a[2], a[3], a[4]}, Shape::width, kind);
        b.template add<output_>({o}, Heads, kind, 1);
        return o;
    }

    static constexpr void reverse(graph_builder& b, int self) {
        const auto n = b.at(self);
        const int sums = b.output(self, 1);
        const auto back = [&](const operation& op, std::initializer_list<int> inputs) {
            node d = n;
            d.op = &op;
            d.count = 0;
            for (int a : inputs) d.argument[d.count++] = b.value(a);
            for (int a : {b.value(self), b.value(sums), b.of(self)}) d.argument[d.count++] = a;
            if (n.count > 5) d.argument[d.count++] = n.argument[5];
            d.needs = false;
            return b.insert(d);
        };
        const int q = n.argument[0], k = n.argument[1], v = n.argument[2];
        const int own = back(operation_of<attention_back_<Heads>>, {q, k, v});
        const int dk = b.add<output_>({own}, b.at(k).width, b.at(k).kind, 1), dv = b.add<output_>({own}, b.at(v).width, b.at(v).kind, 2);
        const int before = back(operation_of<prefix_back_<Heads>>, {q, n.argument[3], n.argument[4]});
        b.contribute(q, own);
        b.contribute(q, before);
        b.contribute(k, dk);
        b.contribute(v, dv);
        for (int which : {1, 2}) {
            const int prefix = n.argument[2 + which], width = b.at(prefix).width, kind = b.at(prefix).kind;
            const int chunks = b.add<output_>({before}, width, prefix_chunks * kind, which);
            b.contribute(prefix, b.add<sum_chunks_>({chunks}, width, kind));
        }
    }
};

/// Attention of `Heads` heads over the keys and values (n, width) of a prefix and those of the sequence.
template <int Heads, expression Q, expression K, expression V, expression KeysBefore, expression ValuesBefore, expression... Rate>
constexpr auto attention_behind(Q q, K k, V v, KeysBefore keys, ValuesBefore values, Rate... rate) {
    static_assert(Q::width % Heads == 0 && V::width % Heads == 0, HONE_E021);
    static_assert(Q::width == K::width && K::width == KeysBefore::width && V::width == ValuesBefore::width, HONE_E011);
    static_assert(std::is_same_v<typename K::kind, typename V::kind>, HONE_E010);
    static_assert(product_::rows_in<typename KeysBefore::kind>::value > 0 && std::is_same_v<typename KeysBefore::kind, typename ValuesBefore::kind>, HONE_E010);
    return apply<attention_behind_<Heads>>(q, k, v, keys, values, rate...);
}

} // namespace hone
