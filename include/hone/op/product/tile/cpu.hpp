// The register tile that every product is made of: Rows x Vectors batches of c are held in registers while k runs, one row of b and one
// broadcast of a at a time, both in words (device/operand). An element is one chain of fused multiply-adds over the words in order, whichever
// tile, row or column it falls in.
// Strides are extents: constants where the operand was packed, numbers where it is read as it lies.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/cpu.hpp"
#include "hone/device/operand/cpu.hpp"
#include "hone/tensor/extent.hpp"

#include <cstddef>

namespace hone::on_cpu::inline HONE_CPU {

/// How many vector registers the instruction set has; without vectors, a panel has an even number of columns so.
#if (defined(__AVX512F__) || defined(__aarch64__)) && !defined(HONE_NO_XSIMD)
inline constexpr int registers = 32;
#else
inline constexpr int registers = 16;
#endif

/// c[r][j] (+)= the sum over l < k words of a[r * a_row + l * a_step] * b[l * b_step + j], r < rows <= Rows, j < columns <= Vectors * lanes<T>.
/// All Rows rows of a and all Vectors batches of a row of b must be readable.
template <class Input, int Rows, int Vectors, class T, int ARow, int AStep, int BStep>
HONE_KERNEL void tile(const T* a, extent<ARow> a_row, extent<AStep> a_step, const T* b, extent<BStep> b_step, int k, T* c,
                      std::ptrdiff_t ldc, bool add, int rows, int columns) {
    constexpr int w = lanes<T>;
    if (k > 96) // there is time to fetch the result's place
        for (int r = 0; r < rows; ++r)
            for (int j = 0; j < columns; j += 64 / static_cast<int>(sizeof(T))) __builtin_prefetch(c + r * ldc + j, 1);
    batch<T> sum[std::size_t{Rows}][std::size_t{Vectors}];
    unroll<Rows>([&](auto r) __attribute__((always_inline)) {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) { sum[r][v] = batch<T>(T(0)); });
    });
    const std::ptrdiff_t row = a_row, step = a_step, b_next = b_step;
#pragma GCC unroll (registers == 32 ? 1 : 4)
    for (int l = 0; l < k; ++l) {
        batch<T> y[std::size_t{Vectors}];
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) { y[v] = load(b + v * w); });
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
            const batch<T> x(a[r * row]);
            unroll<Vectors>([&](auto v) __attribute__((always_inline)) { sum[r][v] = operand<Input>::multiply_add(x, y[v], sum[r][v]); });
        });
        a += step;
        b += b_next;
    }
    if (columns == Vectors * w) {
        unroll<Rows>([&](auto r) __attribute__((always_inline)) {
            if (r >= rows) return;
            unroll<Vectors>([&](auto v) __attribute__((always_inline)) {
                T* const out = c + r * ldc + v * w;
                store(out, add ? load(out) + sum[r][v] : sum[r][v]);
            });
        });
        return;
    }
    T edge[std::size_t{Rows}][std::size_t{Vectors * w}];
    unroll<Rows>([&](auto r) __attribute__((always_inline)) {
        unroll<Vectors>([&](auto v) __attribute__((always_inline)) { store(edge[r] + v * w, sum[r][v]); });
    });
    for (int r = 0; r < rows; ++r)
        for (int j = 0; j < columns; j += w) {
            T* const out = c + r * ldc + j;
            const int n = columns - j < w ? columns - j : w;
            const batch<T> x = load(edge[r] + j);
            store(out, add ? load(out, n) + x : x, n);
        }
}

} // namespace hone::on_cpu::inline HONE_CPU
