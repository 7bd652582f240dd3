// Sums of Kronecker products as loops over all five indices: what kronecker/cpu.hpp must give, on whole numbers to the last bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace hone::plain {

/// Calls f(position in A, in l, in r, in H) for every term.
template <class F>
constexpr void each_kronecker_term(int n, int p_count, int q_count, F f) {
    for (int i = 0; i < n; ++i)
        for (int a = 0; a < n; ++a)
            for (int b = 0; b < n; ++b)
                for (int p = 0; p < p_count; ++p)
                    for (int q = 0; q < q_count; ++q)
                        f(static_cast<std::size_t>((i * n + a) * n + b), static_cast<std::size_t>(i * p_count + p), static_cast<std::size_t>(i * q_count + q),
                          static_cast<std::size_t>((a * p_count + p) * n * q_count + b * q_count + q));
}
/// h += the sum of the products.
template <class T>
constexpr void kronecker_sum(const T* a, const T* l, const T* r, T* h, int n, int p_count, int q_count) {
    each_kronecker_term(n, p_count, q_count, [&](std::size_t ia, std::size_t il, std::size_t ir, std::size_t ih) { h[ih] += a[ia] * l[il] * r[ir]; });
}
/// to += the derivative in factor `Which`.
template <int Which, class T>
constexpr void kronecker_back(const T* a, const T* l, const T* r, const T* dh, T* to, int n, int p_count, int q_count) {
    each_kronecker_term(n, p_count, q_count, [&](std::size_t ia, std::size_t il, std::size_t ir, std::size_t ih) {
        if constexpr (Which == 0) to[ia] += l[il] * r[ir] * dh[ih];
        else if constexpr (Which == 1) to[il] += a[ia] * r[ir] * dh[ih];
        else to[ir] += a[ia] * l[il] * dh[ih];
    });
}

} // namespace hone::plain
