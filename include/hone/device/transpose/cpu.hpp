// Turning a matrix in memory: with registers of 512 bits 16 x 16 floats or 8 x 8 doubles at once, so that a line is written whole and once; elsewhere 4 x 4.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"

#include <cstddef>
#include <type_traits>

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
/// As transpose, of 16 x 16 numbers, or of fewer: then `lanes_written` says which of a result's 16 numbers are written; zeros stand for rows that are not there.
template <bool Whole>
HONE_KERNEL void transpose_block(const float* from, std::ptrdiff_t ld_from, int rows, int columns, float* to, std::ptrdiff_t ld_to, __mmask16 lanes_written) {
    __m512 a[16], b[16];
    const auto lanes_read = static_cast<__mmask16>((1u << columns) - 1);
    unroll<16>([&](auto i) __attribute__((always_inline)) {
        if constexpr (Whole) a[i] = _mm512_loadu_ps(from + i * ld_from);
        else a[i] = i < rows ? _mm512_maskz_loadu_ps(lanes_read, from + i * ld_from) : _mm512_setzero_ps();
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // pairs of rows
        b[2 * i] = _mm512_unpacklo_ps(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm512_unpackhi_ps(a[2 * i], a[2 * i + 1]);
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // fours of rows: quarter q of a[4 r + c] is column 4 q + c of rows 4 r ..
        constexpr int first = i / 2 * 4 + i % 2;
        const __m512d low = _mm512_castps_pd(b[first]), high = _mm512_castps_pd(b[first + 2]);
        a[i / 2 * 4 + i % 2 * 2] = _mm512_castpd_ps(_mm512_unpacklo_pd(low, high));
        a[i / 2 * 4 + i % 2 * 2 + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low, high));
    });
    unroll<8>([&](auto i) __attribute__((always_inline)) { // eights: even quarters, odd quarters
        constexpr int base = i / 4 * 8, c = i % 4;
        b[base + c] = _mm512_shuffle_f32x4(a[base + c], a[base + 4 + c], 0x88);
        b[base + 4 + c] = _mm512_shuffle_f32x4(a[base + c], a[base + 4 + c], 0xdd);
    });
    const auto put = [&](int j, __m512 x) __attribute__((always_inline)) {
        if constexpr (Whole) _mm512_storeu_ps(to + j * ld_to, x);
        else if (j < columns) _mm512_mask_storeu_ps(to + j * ld_to, lanes_written, x);
    };
    unroll<8>([&](auto i) __attribute__((always_inline)) {
        put(i, _mm512_shuffle_f32x4(b[i], b[i + 8], 0x88));
        put(i + 8, _mm512_shuffle_f32x4(b[i], b[i + 8], 0xdd));
    });
}
/// The same of 8 x 8 doubles.
template <bool Whole>
HONE_KERNEL void transpose_block(const double* from, std::ptrdiff_t ld_from, int rows, int columns, double* to, std::ptrdiff_t ld_to, __mmask8 lanes_written) {
    __m512d a[8], b[8];
    const auto lanes_read = static_cast<__mmask8>((1u << columns) - 1);
    unroll<8>([&](auto i) __attribute__((always_inline)) {
        if constexpr (Whole) a[i] = _mm512_loadu_pd(from + i * ld_from);
        else a[i] = i < rows ? _mm512_maskz_loadu_pd(lanes_read, from + i * ld_from) : _mm512_setzero_pd();
    });
    unroll<4>([&](auto i) __attribute__((always_inline)) { // pairs of rows: quarter q of b[2 r + c] is column 2 q + c of rows 2 r ..
        b[2 * i] = _mm512_unpacklo_pd(a[2 * i], a[2 * i + 1]);
        b[2 * i + 1] = _mm512_unpackhi_pd(a[2 * i], a[2 * i + 1]);
    });
    unroll<4>([&](auto i) __attribute__((always_inline)) { // fours: even quarters, odd quarters
        constexpr int base = i / 2 * 4, c = i % 2;
        a[base + c] = _mm512_shuffle_f64x2(b[base + c], b[base + 2 + c], 0x88);
        a[base + 2 + c] = _mm512_shuffle_f64x2(b[base + c], b[base + 2 + c], 0xdd);
    });
    const auto put = [&](int j, __m512d x) __attribute__((always_inline)) {
        if constexpr (Whole) _mm512_storeu_pd(to + j * ld_to, x);
        else if (j < columns) _mm512_mask_storeu_pd(to + j * ld_to, lanes_written, x);
    };
    unroll<4>([&](auto i) __attribute__((always_inline)) {
        put(i, _mm512_shuffle_f64x2(a[i], a[i + 4], 0x88));
        put(i + 4, _mm512_shuffle_f64x2(a[i], a[i + 4], 0xdd));
    });
}
#endif

} // namespace detail

/// to[j * ld_to + i] = from[i * ld_from + j] for i < rows, j < columns; if it `Fills`, zeros for i up to a multiple of a batch.
template <bool Fills = false, class T> HONE_KERNEL void transpose(const T* from, std::ptrdiff_t ld_from, int rows, int columns, T* to, std::ptrdiff_t ld_to) {
    constexpr int w = lanes<T>, at_once = 64; // columns: what is written stays in the first cache
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
    const auto first = [](int n) { return static_cast<std::conditional_t<sizeof(T) == 4, __mmask16, __mmask8>>((1u << n) - 1); };
    for (int j = 0; j < columns; j += at_once)
        for (int i = 0; i < rows; i += w)
            for (int x = j; x < columns && x < j + at_once; x += w) {
                const int high = rows - i < w ? rows - i : w, wide = columns - x < w ? columns - x : w;
                if (high == w && wide == w) detail::transpose_block<true>(from + i * ld_from + x, ld_from, w, w, to + x * ld_to + i, ld_to, first(w));
                else detail::transpose_block<false>(from + i * ld_from + x, ld_from, high, wide, to + x * ld_to + i, ld_to, first(Fills ? w : high));
            }
#else
    if constexpr (Fills)
        for (int j = 0; rows % w != 0 && j < columns; ++j) store(to + j * ld_to + rows / w * w, batch<T>(T(0)));
    for (int j = 0; j < columns; j += at_once)
        detail::transpose_by_4(from + j, ld_from, rows, columns - j < at_once ? columns - j : at_once, to + j * ld_to, ld_to);
#endif
}

} // namespace hone::cpu::inline HONE_CPU
