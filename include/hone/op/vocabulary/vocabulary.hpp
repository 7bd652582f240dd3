// Cross-entropy over a large vocabulary, the product with its table and the loss in one: logits stand in memory for a chunk of words at a time, forward and
// backward, never as a whole. Backward makes them again from the log-sum-exp of each row. Cost: one product forward, three backward (two where the table is
// frozen). The plain version is cross_entropy of the whole product (loss/loss.hpp), which the tests hold it against.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/rows.hpp"

namespace hone {

inline constexpr int vocabulary_chunk = 1024; ///< words at a time; part of the result's bits

/// dx from x, table, label, log-sum-exp, the gradient of each row's loss, and the bias, where there is one.
struct vocabulary_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments};
};
/// The gradient of the table from the same; as outputs dx, the gradients of a chunk of logits (which nobody reads), and the bias's.
struct vocabulary_both_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments};
};
/// -log softmax(x table^T + bias)[label] of each row, 0 where the label is ignored (below 0): x (rows, width), table (words, width), label (rows), bias
/// (words) -> (rows, 1). Output 1 is the log-sum-exp; output 2 what is kept of a row from chunk to chunk.
struct vocabulary_ {
    static constexpr op_traits traits{.how = structure::whole, .keep = true, .read_elsewhere = {1, 3}, .row_index = 2, .counted_by = 1};
    using uses = types<vocabulary_back_, vocabulary_both_>;
    template <class X, class Table, class Label, class... Bias>
    using shape = shaped<typename X::kind, 1>;
    template <class Shape, std::size_t N>
    static constexpr int emit(const emission& e, scope&, const int (&a)[N], Shape) {
        auto b = e.builder();
        node n;
        n.op = &operation_of<vocabulary_>;
        n.width = 1;
        n.kind = kind_of<typename Shape::kind>::code(e);
        for (; n.count + 1 < static_cast<int>(N); ++n.count) n.argument[n.count] = a[n.count];
        const int loss = b.insert(n);
        b.template add<output_>({loss}, 1, n.kind, 1);
        b.template add<output_>({loss}, 3, n.kind, 2);
        return loss;
    }
    static constexpr void reverse(graph_builder& b, int self) {
        const node n = b.at(self);
        const node x = b.at(n.argument[0]), table = b.at(n.argument[1]);
        const bool trains = table.needs || (n.count > 3 && b.at(n.argument[3]).needs);
        node d;
        d.op = trains ? &operation_of<vocabulary_both_> : &operation_of<vocabulary_back_>;
        for (int a : {b.value(n.argument[0]), b.value(n.argument[1]), n.argument[2], b.value(b.output(self, 1)), b.of(self)}) d.argument[d.count++] = a;
        if (n.count > 3) d.argument[d.count++] = b.value(n.argument[3]);
        d.width = x.width;
        d.kind = trains ? table.kind : x.kind;
        const int made = b.insert(d);
        if (!trains) return b.contribute(n.argument[0], made);
        const int dx = b.add<output_>({made}, x.width, x.kind, 1);
        b.add<output_>({made}, vocabulary_chunk, x.kind, 2);
        b.contribute(n.argument[0], dx);
        b.contribute(n.argument[1], made);
        if (n.count > 3) b.contribute(n.argument[3], b.add<output_>({made}, b.at(n.argument[3]).width, -1, 3));
    }
};

/// The loss of each row; see vocabulary_.
template <expression X, expression Table, expression Label, expression... Bias>
constexpr auto vocabulary_loss(X x, Table table, Label label, Bias... bias) {
    static_assert(Label::integer, HONE_E019);
    static_assert(std::is_same_v<typename X::kind, typename Label::kind>, HONE_E010);
    static_assert(X::width == Table::width, HONE_E012);
    return apply<vocabulary_>(x, table, label, bias...);
}

} // namespace hone
