// A matrix as a sum of Kronecker products of small ones, H = sum over i of A_i (x) l_i r_i^T (Zhang et al. 2021, with the second factor of rank 1 as
// in Karimi Mahabadi et al. 2021): (n, n) times (P, Q) gives (n P, n Q), so that n^3 + n (P + Q) numbers stand for n^2 P Q. H is made once a step, of
// weights alone; what it multiplies is a product as any other. Its derivative in each factor is one pass over dH.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/product.hpp"

namespace hone {

/// The derivative in factor `Which`; arguments are the three factors and dH.
template <int Which>
struct kronecker_back_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .read_elsewhere = {0, 1, 2, 3}};
};
/// H(a P + p, b Q + q) = sum over i of A(i n + a, b) l(i, p) r(i, q)
struct kronecker_ {
    static constexpr op_traits traits{.how = structure::whole, .row_by_row = false, .keep = true, .read_elsewhere = {0, 1, 2}};
    using uses = types<kronecker_back_<0>, kronecker_back_<1>, kronecker_back_<2>>;
    template <class A, class L, class R>
    using shape = shaped<fixed_rows<A::width * L::width>, A::width * R::width>;
    static constexpr void reverse(graph_builder& b, int self) {
        one<0>(b, self);
        one<1>(b, self);
        one<2>(b, self);
    }

private:
    template <int Which>
    static constexpr void one(graph_builder& b, int self) {
        const int to = b.at(self).argument[Which];
        if (!b.at(to).needs) return;
        b.contribute(to, b.add<kronecker_back_<Which>>({b.argument(self, 0), b.argument(self, 1), b.argument(self, 2), b.of(self)}, b.at(to).width, b.at(to).kind));
    }
};

/// A (n n, n), l (n, P), r (n, Q) -> (n P, n Q)
template <expression A, expression L, expression R>
constexpr auto kronecker_sum(A a, L l, R r) {
    constexpr int n = product_::rows_in<typename L::kind>::value;
    static_assert(n != 0 && product_::rows_in<typename R::kind>::value == n && A::width == n && product_::rows_in<typename A::kind>::value == n * n, HONE_E012);
    return apply<kronecker_>(a, l, r);
}

} // namespace hone
