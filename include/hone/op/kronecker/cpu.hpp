// Sums of Kronecker products on a CPU: threads share the rows of H, and of each derivative the terms i, whose results stand apart; every number is
// summed by one thread in one order. n H's worth of multiply-adds forward and for each factor backward: next to nothing beside the product with H.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/cpu.hpp"
#include "hone/op/kronecker/kronecker.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// Rows `first` to `last` of H (n P, n Q).
template <class T>
void kronecker_rows(const T* a, const T* l, const T* r, T* h, int n, int p_count, int q_count, int first, int last) {
    for (int row = first; row < last; ++row) {
        const int ra = row / p_count, p = row % p_count;
        for (int b = 0; b < n; ++b) {
            T* const to = h + (static_cast<long>(row) * n + b) * q_count;
            for (int q = 0; q < q_count; ++q) to[q] = 0;
            for (int i = 0; i < n; ++i) {
                const T factor = a[(i * n + ra) * n + b] * l[i * p_count + p];
                for (int q = 0; q < q_count; ++q) to[q] += factor * r[i * q_count + q];
            }
        }
    }
}
/// Term `i` of the derivative in factor `Which`; added to what stands there, or put in its place.
template <int Which, class T>
void kronecker_back_term(const T* a, const T* l, const T* r, const T* dh, T* to, bool adds, int n, int p_count, int q_count, int i) {
    const T *const ai = a + i * n * n, *const li = l + i * p_count, *const ri = r + i * q_count;
    T* const out = to + i * (Which == 0 ? n * n : Which == 1 ? p_count : q_count);
    if (!adds)
        for (int k = 0; k < (Which == 0 ? n * n : Which == 1 ? p_count : q_count); ++k) out[k] = 0;
    for (int ra = 0; ra < n; ++ra)
        for (int p = 0; p < p_count; ++p)
            for (int b = 0; b < n; ++b) {
                const T* const d = dh + (static_cast<long>(ra * p_count + p) * n + b) * q_count;
                if constexpr (Which == 2) {
                    const T factor = ai[ra * n + b] * li[p];
                    for (int q = 0; q < q_count; ++q) out[q] += factor * d[q];
                } else {
                    T sum = 0;
                    for (int q = 0; q < q_count; ++q) sum += ri[q] * d[q];
                    if constexpr (Which == 0) out[ra * n + b] += li[p] * sum;
                    else out[p] += ai[ra * n + b] * sum;
                }
            }
}

template <>
struct kernel<kronecker_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows();
            kronecker_rows(a.argument(0), a.argument(1), a.argument(2), a.result, a.rows(1), a.width(1), a.width(2), rows * thread / threads,
                           rows * (thread + 1) / threads);
        });
    }
};
template <int Which>
struct kernel<kronecker_back_<Which>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int n = a.rows(1);
            for (int i = n * thread / threads; i < n * (thread + 1) / threads; ++i)
                kronecker_back_term<Which>(a.argument(0), a.argument(1), a.argument(2), a.argument(3), a.result, a.adds(), n, a.width(1), a.width(2), i);
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
