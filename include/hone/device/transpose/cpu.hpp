// Turning a matrix in memory: 16 x 16 floats at once through registers of 512 bits, so that a line is written whole and once; elsewhere 4 x 4.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"

#include <cstddef>

namespace hone::cpu::inline HONE_CPU {

namespace detail {

/// to[j * ld_to + i] = from[i * ld_from + j] for i, j < 4.
template <class T> HONE_INLINE void transpose_4(const T* from, std::ptrdiff_t ld_from, T* to, std::ptrdiff_t ld_to) {
#ifndef HONE_NO_XSIMD
    using four = xsimd::make_sized_batch_t<T, 4>;
    if constexpr (sizeof(T) == 4 && !std::is_void_v<four>) { // 128 bits: in wider registers some releases zip each half by itself
        const four a = four::load_unaligned(from), b = four::load_unaligned(from + ld_from);
        const four c = four::load_unaligned(from + 2 * ld_from), d = four::load_unaligned(from + 3 * ld_from);
        const four ac = xsimd::zip_lo(a, c), bd = xsimd::zip_lo(b, d), ca = xsimd::zip_hi(a, c), db = xsimd::zip_hi(b, d);
        xsimd::zip_lo(ac, bd).store_unaligned(to);
        xsimd::zip_hi(ac, bd).store_unaligned(to + ld_to);
        xsimd::zip_lo(ca, db).store_unaligned(to + 2 * ld_to);
        xsimd::zip_hi(ca, db).store_unaligned(to + 3 * ld_to);
        return;
    }
#endif
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 4; ++j) to[j * ld_to + i] = from[i * ld_from + j];
}

/// The next 4 x 4 at a time, the last four rows over some that are done; `columns` are few enough that what is written stays in the first cache.
template <class T> HONE_INLINE void transpose_by_4(const T* from, std::ptrdiff_t ld_from, int rows, int columns, T* to, std::ptrdiff_t ld_to) {
    for (int next = 0; rows >= 4 && next < rows; next += 4) {
        const int i = next + 4 <= rows ? next : rows - 4;
        int x = 0;
        for (; x + 4 <= columns; x += 4) transpose_4(from + i * ld_from + x, ld_from, to + x * ld_to + i, ld_to);
        for (; x < columns; ++x)
            for (int y = i; y < i + 4; ++y) to[x * ld_to + y] = from[y * ld_from + x];
    }
    for (int i = 0; rows < 4 && i < rows; ++i)
        for (int x = 0; x < columns; ++x) to[x * ld_to + i] = from[i * ld_from + x];
}

#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
/// As transpose, of 16 x 16 numbers, or of fewer: then zeros are written for the rows that are not there.
template <bool Whole> HONE_KERNEL void transpose_16(const float* from, std::ptrdiff_t ld_from, int rows, int columns, float* to, std::ptrdiff_t ld_to) {
    __m512 a[16], b[16];
    const auto mask = static_cast<__mmask16>((1u << columns) - 1);
    unroll<16>([&](auto i) __attribute__((always_inline)) {
        if constexpr (Whole) a[i] = _mm512_loadu_ps(from + i * ld_from);
        else a[i] = i < rows ? _mm512_maskz_loadu_ps(mask, from + i * ld_from) : _mm512_setzero_ps();
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // pairs of rows
        b[2 * i] = _mm512_unpacklo_ps(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm512_unpackhi_ps(a[2 * i], a[2 * i + 1]);
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // fours of rows: quarter q of a[4 i + c] is column 4 q + c
        constexpr int from_row = i / 2 * 4 + i % 2;
        const __m512d low = _mm512_castps_pd(b[from_row]), high = _mm512_castps_pd(b[from_row + 2]);
        a[i / 2 * 4 + i % 2 * 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
        a[i / 2 * 4 + i % 2 * 2 + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // eights: even quarters, odd quarters
        constexpr int base = i / 4 * 8, c = i % 4;
        b[base + c] = _mm512_shuffle_f32x4(a[base + c], a[base + 4 + c], 0x88);
        b[base + 4 + c] = _mm512_shuffle_f32x4(a[base + c], a[base + 4 + c], 0xdd);
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) {
        constexpr int first = i / 4 * 4 + i % 4;
        if (Whole || first < columns) _mm512_storeu_ps(to + first * ld_to, _mm512_shuffle_f32x4(b[i], b[i + 8], 0x88));
        if (Whole || first + 8 < columns) _mm512_storeu_ps(to + (first + 8) * ld_to, _mm512_shuffle_f32x4(b[i], b[i + 8], 0xdd));
    });
}
#endif

} // namespace detail

/// to[j * ld_to + i] = from[i * ld_from + j] for i < rows, j < columns; if it `Fills`, zeros for i up to a multiple of a batch.
template <bool Fills = false, class T> HONE_KERNEL void transpose(const T* from, std::ptrdiff_t ld_from, int rows, int columns, T* to, std::ptrdiff_t ld_to) {
    constexpr int w = lanes<T>, at_once = 64; // columns: what is written stays in the first cache
    if constexpr (Fills && !(w == 16 && sizeof(T) == 4))
        for (int j = 0; rows % w != 0 && j < columns; ++j) store(to + j * ld_to + rows / w * w, batch<T>(T(0)));
    for (int j = 0; j < columns; j += at_once) {
        const int end = columns - j < at_once ? columns : j + at_once;
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
        if constexpr (sizeof(T) == 4)
            if (Fills || rows >= w) {
                for (int next = 0; next < rows; next += w) {
                    const int i = Fills || next + w <= rows ? next : rows - w;
                    for (int x = j; x < end; x += w) {
                        const float* const here = from + i * ld_from + x;
                        if (rows - i >= w && end - x >= w) detail::transpose_16<true>(here, ld_from, w, w, to + x * ld_to + i, ld_to);
                        else detail::transpose_16<false>(here, ld_from, rows - i, end - x < w ? end - x : w, to + x * ld_to + i, ld_to);
                    }
                }
                continue;
            }
#endif
        detail::transpose_by_4(from + j, ld_from, rows, end - j, to + j * ld_to, ld_to);
    }
}

} // namespace hone::cpu::inline HONE_CPU
