// What a product multiplies. Packed operands are words of the size of the result's numbers: the number itself, or two bf16 that follow
// each other along the sum (the first in the lower half). The tiles of products see words only: load one row, broadcast one word,
// multiply and add. Words of bf16 stand in memory and registers of floats, as bits; sums are float. This is the one file with
// instructions for bf16: `vdpbf16ps` where the machine has it, which flushes subnormal numbers, else widening: equal to rounding.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"
#include "hone/tensor/bf16.hpp"

namespace hone::cpu::inline HONE_CPU {

/// Numbers as they are.
template <class Input> struct operand {
    static constexpr int per_word = 1; ///< numbers of the sum in a word
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

/// Pairs of bf16.
template <> struct operand<bf16> {
    static constexpr int per_word = 2;
    using T = float;
    static constexpr int L = lanes<float>;

    /// sum + x0 y0 + x1 y1 in every lane.
    HONE_INLINE static batch<T> multiply_add(batch<T> x, batch<T> y, batch<T> sum) {
#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD) && defined(__clang__) // clang 16 breaks down on the intrinsic in a loop
        __m512 total = sum.v;
        asm("vdpbf16ps %2, %1, %0" : "+v"(total) : "v"(__m512(x.v)), "v"(__m512(y.v)));
        return batch<T>::of(native<T>(total));
#elif defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
        return batch<T>::of(native<T>(_mm512_dpbf16_ps(__m512(sum.v), (__m512bh)__m512(x.v), (__m512bh)__m512(y.v))));
#else
        return fma(second(x), second(y), fma(first(x), first(y), sum));
#endif
    }
    HONE_INLINE static void along(const T* from, T* to, int n) {
        int j = 0;
        for (; j + 2 * L <= n; j += 2 * L) store(to + j / 2, neighbours(from + j, 2 * L));
        if (j < n) store(to + j / 2, neighbours(from + j, n - j), (n - j + 1) / 2);
    }
    /// The numbers column .. column + L - 1 of a row that is kept rounded, two in a word; L divides column.
    HONE_INLINE static batch<T> widen(const T* row, int column) {
#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
        return as_floats(_mm512_slli_epi32(halves(row + column / 2), 16));
#else
        T x[L];
        for (int i = 0; i < L; ++i) x[i] = element(row, column + i);
        return load(static_cast<const T*>(x));
#endif
    }
    HONE_INLINE static void narrow(T* row, int column, batch<T> x) {
#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(row + column / 2), (__m256i)_mm512_cvtneps_pbh(__m512(x.v)));
#else
        T all[L];
        store(all, x);
        if constexpr (L == 1) row[column / 2] = column % 2 == 0 ? word(all[0], 0) : word(element(row, column - 1), all[0]);
        for (int i = 0; i + 1 < L; i += 2) row[(column + i) / 2] = word(all[i], all[i + 1]);
#endif
    }
    /// As `across`, of rows that are kept rounded.
    HONE_INLINE static void across_rounded(const T* from, const T* next, T* to, int n) {
        int j = 0;
#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
        for (; j + L <= n; j += L)
            store(to + j, as_floats(_mm512_or_si512(halves(from + j / 2), next ? _mm512_slli_epi32(halves(next + j / 2), 16) : _mm512_setzero_si512())));
#endif
        for (; j < n; ++j) to[j] = word(element(from, j), next ? element(next, j) : T(0));
    }
    /// Words (from[j], next[j]); zeros where next is null.
    HONE_INLINE static void across(const T* from, const T* next, T* to, int n) {
        int j = 0;
        for (; j + L <= n; j += L) store(to + j, words(load(from + j), next ? load(next + j) : batch<T>(T(0))));
        if (j < n) store(to + j, words(load(from + j, n - j), next ? load(next + j, n - j) : batch<T>(T(0))), n - j);
    }

private:
    static T element(const T* row, int column) {
        return std::bit_cast<float>(column % 2 == 0 ? std::bit_cast<std::uint32_t>(row[column / 2]) << 16 : std::bit_cast<std::uint32_t>(row[column / 2]) & 0xFFFF0000u);
    }
    static T word(float a, float b) { return std::bit_cast<float>(bf16(a).bits | static_cast<std::uint32_t>(bf16(b).bits) << 16); }
#ifndef HONE_NO_XSIMD
    using whole = xsimd::batch<std::uint32_t>;
    HONE_INLINE static whole bits(batch<T> x) { return detail::bitcast<std::uint32_t, float>(x.v); }
    HONE_INLINE static batch<T> first(batch<T> x) { return batch<T>::of(detail::bitcast<float, std::uint32_t>(bits(x) << 16)); }
    HONE_INLINE static batch<T> second(batch<T> x) { return batch<T>::of(detail::bitcast<float, std::uint32_t>(bits(x) & whole(0xFFFF0000u))); }
#else
    static batch<T> first(batch<T> x) { return batch<T>(std::bit_cast<float>(std::bit_cast<std::uint32_t>(x.v) << 16)); }
    static batch<T> second(batch<T> x) { return batch<T>(std::bit_cast<float>(std::bit_cast<std::uint32_t>(x.v) & 0xFFFF0000u)); }
#endif
#if defined(__AVX512BF16__) && !defined(HONE_NO_XSIMD)
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
    HONE_INLINE static batch<T> words(batch<T> a, batch<T> b) {
        T x[L], y[L];
        store(x, a), store(y, b);
        for (int i = 0; i < L; ++i) x[i] = word(x[i], y[i]);
        return load(static_cast<const T*>(x));
    }
    HONE_INLINE static batch<T> neighbours(const T* from, int n) {
        T x[L];
        for (int i = 0; i < L; ++i) x[i] = word(2 * i < n ? from[2 * i] : T(0), 2 * i + 1 < n ? from[2 * i + 1] : T(0));
        return load(static_cast<const T*>(x));
    }
#endif
};

/// The numbers that a product of these inputs sums in.
template <class Input> using sum_of = typename operand<Input>::T;

} // namespace hone::cpu::inline HONE_CPU
