// In-batch contrast (Henderson et al. 2017; multiple negatives ranking): each anchor against the rows of all candidates of the batch, of which that of its own
// number is right. Scores of rows by rows are made a row at a time and kept nowhere.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/rows/rows.hpp"

namespace hone {

/// dx from x, where the sides begin, scale, log-sum-exp and the gradient of each row's loss.
struct contrast_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = all_arguments};
};
/// x (sequences, width): n anchors, then candidates, of which the i-th is right for anchor i; where these two groups begin; scale (1) -> (sequences, 1):
/// -log softmax(scale x_i . x_c over all candidates c)[i] of each anchor, 0 for candidates. Output 1: the log-sum-exp.
struct contrast_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = all_arguments};
    using uses = types<contrast_back_>;
    template <class X, class Sides, class Scale>
    using shape = shaped<per_sequence, 1>;
    template <class Shape>
    static constexpr int emit(const emission& e, scope&, const int (&a)[4], Shape) {
        auto b = e.builder();
        const int loss = b.add<contrast_>({a[0], a[1], a[2]}, 1, per_sequence_code);
        b.add<output_>({loss}, 1, per_sequence_code, 1);
        return loss;
    }
    static constexpr void reverse(graph_builder& b, int self) {
        const node n = b.at(self);
        const int x = n.argument[0];
        if (!b.at(x).needs) return;
        b.contribute(x, b.add<contrast_back_>({b.value(x), n.argument[1], b.value(n.argument[2]), b.value(b.output(self, 1)), b.of(self)}, b.at(x).width, b.at(x).kind));
    }
};

/// The loss of each anchor, a row a sequence; `sides` is a field of two groups, anchors and candidates, at least as many of these. The scale gets no
/// gradient.
template <expression X, class Sides, expression Scale>
constexpr auto contrast_loss(X x, Sides, Scale scale) {
    static_assert(std::is_same_v<typename X::kind, per_sequence>, HONE_E010);
    static_assert(Scale::width == 1 && std::is_same_v<typename Scale::kind, once>, HONE_E011);
    return apply<contrast_>(x, typename Sides::first{}, scale);
}

} // namespace hone
