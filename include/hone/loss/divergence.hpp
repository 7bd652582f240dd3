// How far two predictions are apart: Kullback and Leibler's divergence between softmaxes, and
// R-Drop (Liang et al. 2021), which asks two draws of dropout on one text to agree. Two draws are
// two values only where both are asked for:
//     r_drop(draw<0>{}(m(b.tokens)), draw<1>{}(m(b.tokens)), b.label, value<"alpha">)
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"

namespace hone {

struct divergence_ {
    HONE_PARTS()
    static constexpr auto call(auto, auto p, auto q) {
        const auto log_p = p - log_sum_exp(p);
        const auto log_q = q - log_sum_exp(q);
        return sum_columns(exponential(log_p) * (log_p - log_q));
    }
};

inline constexpr struct kullback_leibler_function {
    /// KL(softmax(p) || softmax(q)) of each row, logits given: (rows, classes) twice -> (rows, 1).
    template <expression P, expression Q>
    constexpr auto operator()(P p, Q q) const {
        static_assert(!std::is_same_v<P, Q>, HONE_E082);
        return invoke<divergence_>(p, q);
    }
} kullback_leibler{};
inline constexpr struct r_drop_function {
    /// Half the sum of both cross-entropies, as term "cross_entropy", and `alpha` times half the
    /// sum of the divergences both ways, the mean over all rows, as term "divergence".
    template <expression P, expression Q, expression Label, expression Alpha>
    constexpr auto operator()(P p, Q q, Label label, Alpha alpha) const {
        static_assert(Label::integer, HONE_E019);
        const auto labels = mean_over(
            scaled<1, 2>(invoke<cross_entropy_>(p, label) + invoke<cross_entropy_>(q, label)),
            function<is_label_>{}(label));
        return term<"cross_entropy">(labels) +
               alpha * term<"divergence">(
                           mean_of(scaled<1, 2>(kullback_leibler(p, q) + kullback_leibler(q, p))));
    }
} r_drop{};

} // namespace hone
