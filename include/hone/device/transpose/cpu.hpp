// Turning a matrix in memory: with registers of 512 bits 16 x 16 floats or 8 x 8 doubles at once, so that a line is written whole and once; elsewhere 4 x 4.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"

#include <cstddef>
#include <type_traits>

namespace hone::on_cpu::inline HONE_CPU {

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
/// As transpose, of a register's 16 x 16 floats or 8 x 8 doubles, or of fewer: then `written` of each result's numbers are written, zeros for rows that are not there.
template <bool Whole, class T> HONE_KERNEL void transpose_block(const T* from, std::ptrdiff_t ld_from, int rows, int columns, T* to, std::ptrdiff_t ld_to, int written) {
    constexpr int w = lanes<T>, per = w / 4; // numbers in a quarter of a register
    const auto first = [](int n) { return static_cast<__mmask16>((1u << (n * static_cast<int>(sizeof(T) / 4))) - 1); };
    __m512 a[std::size_t{w}];
    unroll<w>([&](auto i) __attribute__((always_inline)) {
        if constexpr (Whole) a[i] = _mm512_loadu_ps(from + i * ld_from);
        else a[i] = i < rows ? _mm512_maskz_loadu_ps(first(columns), from + i * ld_from) : _mm512_setzero_ps();
    });
    const auto low = [](__m512 x, __m512 y) { return _mm512_castpd_ps(_mm512_unpacklo_pd(_mm512_castps_pd(x), _mm512_castps_pd(y))); };
    const auto high = [](__m512 x, __m512 y) { return _mm512_castpd_ps(_mm512_unpackhi_pd(_mm512_castps_pd(x), _mm512_castps_pd(y))); };
    unroll<4>([&](auto r) __attribute__((always_inline)) { // within quarters, until quarter q of a[per r + c] is column per q + c of rows per r ..
        constexpr int f = per * r;
        if constexpr (per == 4) {
            const __m512 p = _mm512_unpacklo_ps(a[f], a[f + 1]), q = _mm512_unpackhi_ps(a[f], a[f + 1]);
            const __m512 more_p = _mm512_unpacklo_ps(a[f + 2], a[f + 3]), more_q = _mm512_unpackhi_ps(a[f + 2], a[f + 3]);
            a[f] = low(p, more_p);
            a[f + 1] = high(p, more_p);
            a[f + 2] = low(q, more_q);
            a[f + 3] = high(q, more_q);
        } else {
            const __m512 p = low(a[f], a[f + 1]);
            a[f + 1] = high(a[f], a[f + 1]);
            a[f] = p;
        }
    });
    const auto put = [&](int j, __m512 x) __attribute__((always_inline)) {
        if constexpr (Whole) _mm512_storeu_ps(to + j * ld_to, x);
        else if (j < columns) _mm512_mask_storeu_ps(to + j * ld_to, first(written), x);
    };
    unroll<per>([&](auto c) __attribute__((always_inline)) { // of quarters, 4 x 4
        const __m512 even = _mm512_shuffle_f32x4(a[c], a[per + c], 0x88), odd = _mm512_shuffle_f32x4(a[c], a[per + c], 0xdd);
        const __m512 more_even = _mm512_shuffle_f32x4(a[2 * per + c], a[3 * per + c], 0x88), more_odd = _mm512_shuffle_f32x4(a[2 * per + c], a[3 * per + c], 0xdd);
        put(c, _mm512_shuffle_f32x4(even, more_even, 0x88));
        put(per + c, _mm512_shuffle_f32x4(odd, more_odd, 0x88));
        put(2 * per + c, _mm512_shuffle_f32x4(even, more_even, 0xdd));
        put(3 * per + c, _mm512_shuffle_f32x4(odd, more_odd, 0xdd));
    });
}
#endif

} // namespace detail

/// to[j * ld_to + i] = from[i * ld_from + j] for i < rows, j < columns; if it `Fills`, zeros for i up to a multiple of a batch.
template <bool Fills = false, class T> HONE_KERNEL void transpose(const T* from, std::ptrdiff_t ld_from, int rows, int columns, T* to, std::ptrdiff_t ld_to) {
    constexpr int w = lanes<T>, at_once = 64; // columns: what is written stays in the first cache
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
    for (int j = 0; j < columns; j += at_once)
        for (int i = 0; i < rows; i += w)
            for (int x = j; x < columns && x < j + at_once; x += w) {
                const int high = rows - i < w ? rows - i : w, wide = columns - x < w ? columns - x : w;
                if (high == w && wide == w) detail::transpose_block<true>(from + i * ld_from + x, ld_from, w, w, to + x * ld_to + i, ld_to, w);
                else detail::transpose_block<false>(from + i * ld_from + x, ld_from, high, wide, to + x * ld_to + i, ld_to, Fills ? w : high);
            }
#else
    if constexpr (Fills)
        for (int j = 0; rows % w != 0 && j < columns; ++j) store(to + j * ld_to + rows / w * w, batch<T>(T(0)));
    for (int j = 0; j < columns; j += at_once)
        detail::transpose_by_4(from + j, ld_from, rows, columns - j < at_once ? columns - j : at_once, to + j * ld_to, ld_to);
#endif
}

} // namespace hone::on_cpu::inline HONE_CPU
