// What a product multiplies. Packed operands are words of the size of the result's numbers. The tiles of products see words only: load one row,
// broadcast one word, multiply and add; sums are float. A word of bf16 is two numbers that follow each other along the sum (the first in the
// lower half, as bits in memory and registers of floats) where the machine multiplies pairs, `vdpbf16ps`, which flushes subnormal numbers;
// elsewhere it is one number, rounded to bf16 and held as the float that it is: unpacking pairs in the tile would cost half of its speed, and
// results are equal to rounding. Rows that are kept rounded hold two numbers in a float's place everywhere. This is the one file with
// instructions for bf16.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"
#include "hone/tensor/bf16.hpp"

namespace hone::on_cpu::inline HONE_CPU {

#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
inline constexpr bool multiplies_pairs = true; ///< of bf16, in one instruction
#else
inline constexpr bool multiplies_pairs = false;
#endif

/// Numbers as they are.
template <class Input> struct operand {
    static constexpr int per_word = 1;    ///< numbers of the sum in a word
    static constexpr bool rounds = false; ///< whether words are other than the numbers
    using T = Input;

    HONE_INLINE static batch<T> multiply_add(batch<T> x, batch<T> y, batch<T> sum) { return fma(x, y, sum); }
    /// n numbers that follow each other along the sum, as words.
    HONE_INLINE static void along(const T* from, T* to, int n) {
        int j = 0;
        for (; j + lanes<T> <= n; j += lanes<T>) store(to + j, load(from + j));
        if (j < n) store(to + j, load(from + j, n - j), n - j);
    }
    /// n words across the sum; `next` is not used.
    HONE_INLINE static void across(const T* from, const T* /*next*/, T* to, int n) { along(from, to, n); }
};

/// Numbers rounded to bf16.
template <> struct operand<bf16> {
    static constexpr int per_word = multiplies_pairs ? 2 : 1;
    static constexpr bool rounds = true;
    using T = float;
    static constexpr int L = lanes<float>;

#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
    /// sum + x0 y0 + x1 y1 in every lane.
    HONE_INLINE static batch<T> multiply_add(batch<T> x, batch<T> y, batch<T> sum) {
#ifdef __clang__ // clang 16 breaks down on the intrinsic in a loop
        __m512 total = sum.v;
        asm("vdpbf16ps %2, %1, %0" : "+v"(total) : "v"(__m512(x.v)), "v"(__m512(y.v)));
        return batch<T>::of(native<T>(total));
#else
        return batch<T>::of(native<T>(_mm512_dpbf16_ps(__m512(sum.v), (__m512bh)__m512(x.v), (__m512bh)__m512(y.v))));
#endif
    }
    HONE_INLINE static void along(const T* from, T* to, int n) {
        int j = 0;
        for (; j + 2 * L <= n; j += 2 * L) store(to + j / 2, neighbours(from + j, 2 * L));
        if (j < n) store(to + j / 2, neighbours(from + j, n - j), (n - j + 1) / 2);
    }
    /// Words (from[j], next[j]); zeros where next is null.
    HONE_INLINE static void across(const T* from, const T* next, T* to, int n) {
        int j = 0;
        for (; j + L <= n; j += L) store(to + j, words(load(from + j), next ? load(next + j) : batch<T>(T(0))));
        if (j < n) store(to + j, words(load(from + j, n - j), next ? load(next + j, n - j) : batch<T>(T(0))), n - j);
    }
    /// As `along`, of a row that is kept rounded; n is even.
    HONE_INLINE static void along_rounded(const T* from, T* to, int n) { operand<T>::along(from, to, n / 2); }
    /// As `across`, of rows that are kept rounded.
    HONE_INLINE static void across_rounded(const T* from, const T* next, T* to, int n) {
        int j = 0;
        for (; j + L <= n; j += L)
            store(to + j, as_floats(_mm512_or_si512(halves(from + j / 2), next ? _mm512_slli_epi32(halves(next + j / 2), 16) : _mm512_setzero_si512())));
        for (; j < n; ++j) to[j] = std::bit_cast<T>(half(from, j) | (next ? half(next, j) << 16 : 0u));
    }
    /// Words (a, b), (c, d) become (a, c), (b, d); n is a multiple of L.
    HONE_INLINE static void exchange(const T* from, T* to, int n) {
        const __m512i order = _mm512_set4_epi32(0x0F0E0B0A, 0x0D0C0908, 0x07060302, 0x05040100); // within 128 bits
        for (int j = 0; j < n; j += L) _mm512_storeu_si512(to + j, _mm512_shuffle_epi8(_mm512_loadu_si512(from + j), order));
    }
    /// The numbers column .. column + L - 1 of a row that is kept rounded, two in a word; L divides column.
    HONE_INLINE static batch<T> widen(const T* row, int column) { return as_floats(_mm512_slli_epi32(halves(row + column / 2), 16)); }
    HONE_INLINE static void narrow(T* row, int column, batch<T> x) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(row + column / 2), (__m256i)_mm512_cvtneps_pbh(__m512(x.v)));
    }

private:
    static std::uint32_t half(const T* row, int column) { return std::bit_cast<std::uint32_t>(row[column / 2]) >> (column % 2 * 16) & 0xFFFFu; }
    HONE_INLINE static __m512i rounded(batch<T> low, batch<T> high) { // the bf16 of low, then those of high
        return (__m512i)_mm512_cvtne2ps_pbh(__m512(high.v), __m512(low.v));
    }
    HONE_INLINE static __m512i halves(const T* p) { return _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p))); }
    HONE_INLINE static batch<T> as_floats(__m512i x) { return batch<T>::of(native<T>(_mm512_castsi512_ps(x))); }
    HONE_INLINE static batch<T> words(batch<T> a, batch<T> b) {
        const __m512i order = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
        return as_floats(_mm512_permutexvar_epi16(order, rounded(a, b)));
    }
    HONE_INLINE static batch<T> neighbours(const T* from, int n) {
        if (n == 2 * L) return as_floats(rounded(load(from), load(from + L)));
        return as_floats(n > L ? rounded(load(from), load(from + L, n - L)) : rounded(load(from, n), batch<T>(T(0))));
    }
#else
    HONE_INLINE static batch<T> multiply_add(batch<T> x, batch<T> y, batch<T> sum) { return fma(x, y, sum); }
    HONE_INLINE static void along(const T* from, T* to, int n) {
        int j = 0;
        for (; j + L <= n; j += L) store(to + j, rounded(load(from + j)));
        if (j < n) store(to + j, rounded(load(from + j, n - j)), n - j);
    }
    HONE_INLINE static void across(const T* from, const T* /*next*/, T* to, int n) { along(from, to, n); }
    /// As `along`, of a row that is kept rounded; n is even.
    HONE_INLINE static void along_rounded(const T* from, T* to, int n) {
        int j = 0;
        for (; j + L <= n; j += L) store(to + j, widen(from, j));
        for (; j < n; ++j) to[j] = element(from, j);
    }
    HONE_INLINE static void across_rounded(const T* from, const T* /*next*/, T* to, int n) { along_rounded(from, to, n); }
    HONE_INLINE static batch<T> widen(const T* row, int column) {
#if defined(__AVX2__) && !defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
        return of_bits(_mm256_slli_epi32(_mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(row + column / 2))), 16));
#else
        T x[L];
        for (int i = 0; i < L; ++i) x[i] = element(row, column + i);
        return load(static_cast<const T*>(x));
#endif
    }
    HONE_INLINE static void narrow(T* row, int column, batch<T> x) {
#if defined(__AVX2__) && !defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
        const __m256i upper = _mm256_srli_epi32(_mm256_castps_si256(rounded(x).v), 16);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(row + column / 2),
                         _mm_packus_epi32(_mm256_castsi256_si128(upper), _mm256_extracti128_si256(upper, 1)));
#else
        T all[L];
        store(all, rounded(x));
        if constexpr (L == 1) row[column / 2] = column % 2 == 0 ? word(all[0], 0) : word(element(row, column - 1), all[0]);
        for (int i = 0; i + 1 < L; i += 2) row[(column + i) / 2] = word(all[i], all[i + 1]);
#endif
    }

private:
    static std::uint32_t bits(T x) { return std::bit_cast<std::uint32_t>(x); }
    static T element(const T* row, int column) { return std::bit_cast<T>(column % 2 == 0 ? bits(row[column / 2]) << 16 : bits(row[column / 2]) & 0xFFFF0000u); }
    static T word(T a, T b) { return std::bit_cast<T>(bits(a) >> 16 | (bits(b) & 0xFFFF0000u)); } ///< of rounded numbers
    /// To nearest, ties to even; a NaN stays one: as bf16's own conversion.
    HONE_INLINE static batch<T> rounded(batch<T> x) {
#ifndef HONE_NO_XSIMD
        using whole = xsimd::batch<std::uint32_t>;
        const whole all = detail::bitcast<std::uint32_t, T>(x.v), upper(0xFFFF0000u);
        const whole near = (all + whole(0x7FFFu) + ((all >> 16) & whole(1u))) & upper, nan = (all | whole(0x00400000u)) & upper;
        return select(x == x, of_bits(near), of_bits(nan));
#else
        return batch<T>(static_cast<T>(bf16(x.v)));
#endif
    }
#ifndef HONE_NO_XSIMD
    HONE_INLINE static batch<T> of_bits(xsimd::batch<std::uint32_t> x) { return batch<T>::of(detail::bitcast<T, std::uint32_t>(x)); }
#endif
#endif
};

/// The numbers that a product of these inputs sums in.
template <class Input> using sum_of = typename operand<Input>::T;

} // namespace hone::on_cpu::inline HONE_CPU
