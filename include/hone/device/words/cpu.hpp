// Words of 32 bits in vectors: products of counters, and numbers chosen by their bits, which is what random numbers from a counter need.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// 64-bit lanes that hold 32-bit words, for random numbers from a counter.
#ifndef HONE_NO_XSIMD
using wide_words = xsimd::batch<std::uint64_t>;
inline constexpr int wide_lanes = static_cast<int>(wide_words::size);
HONE_INLINE wide_words wide_load(const std::uint64_t* p) { return wide_words::load_unaligned(p); }
HONE_INLINE void wide_store(std::uint64_t* p, const wide_words& x) { x.store_unaligned(p); }
HONE_INLINE wide_words wide_product(const wide_words& a, const wide_words& b) { // of the lower halves
#if defined(__AVX512F__)
    return wide_words(_mm512_mul_epu32(a, b));
#elif defined(__AVX2__)
    return wide_words(_mm256_mul_epu32(a, b));
#elif defined(__SSE2__) && !defined(__AVX__)
    return wide_words(_mm_mul_epu32(a, b));
#else
    std::uint64_t x[wide_lanes], y[wide_lanes];
    wide_store(x, a), wide_store(y, b);
    for (int i = 0; i < wide_lanes; ++i) x[i] = (x[i] & 0xFFFFFFFFu) * (y[i] & 0xFFFFFFFFu);
    return wide_load(x);
#endif
}
#else
using wide_words = std::uint64_t;
inline constexpr int wide_lanes = 1;
HONE_INLINE wide_words wide_load(const std::uint64_t* p) { return *p; }
HONE_INLINE void wide_store(std::uint64_t* p, wide_words x) { *p = x; }
HONE_INLINE wide_words wide_product(wide_words a, wide_words b) { return (a & 0xFFFFFFFFu) * (b & 0xFFFFFFFFu); }
#endif

/// `value` where 16 bits of a word, from bit Shift on, are at least `bound` (at most 65536), else 0.
template <int Shift, class T> HONE_INLINE batch<T> at_least(const std::uint32_t* word, std::uint32_t bound, T value) {
#ifndef HONE_NO_XSIMD
    if constexpr (sizeof(T) == 4) {
        using whole = xsimd::batch<std::int32_t>;
        const whole bits = (whole::load_unaligned(reinterpret_cast<const std::int32_t*>(word)) >> Shift) & whole(0xFFFF);
        const whole below = (bits - whole(static_cast<std::int32_t>(bound))) >> 31; // all ones there; select of integers: not in every release
        const whole chosen = detail::bitcast<std::int32_t, T>(native<T>(value)) & ~below;
        return batch<T>::of(detail::bitcast<T, std::int32_t>(chosen));
    }
#endif
    T all[lanes<T>];
    for (int i = 0; i < lanes<T>; ++i) all[i] = (word[i] >> Shift & 0xFFFFu) >= bound ? value : T(0);
    return load(all);
}

} // namespace hone::on_cpu::inline HONE_CPU
