// A vector of the widest registers the program is compiled for. Only this file, device/words and device/operand name xsimd (8.1 to 14): `batch<T>` wraps its own,
// so that no xsimd type stands in a signature and names such as exp are found here, never there: xsimd::exp is inf from 88.376
// on, xsimd::rsqrt a raw estimate. HONE_NO_XSIMD leaves a vector of one lane, right and slow.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "hone/device/instructions/cpu.hpp"
#ifndef HONE_NO_XSIMD
#if !__has_include(<xsimd/xsimd.hpp>)
#error "hone[E002]: xsimd headers not found; install xsimd (8.1 to 14) or define HONE_NO_XSIMD"
#endif
#if defined(__GNUC__) && !defined(__clang__) // g++ 12 warns of its own AVX-512 header (GCC bug 105593)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <xsimd/xsimd.hpp>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
#endif

#define HONE_INLINE [[gnu::always_inline]] inline
#if defined(__GNUC__) && !defined(__clang__)
#define HONE_KERNEL [[gnu::noipa]] // compiled once: neither inlined nor copied for the constants of a call
#else
#define HONE_KERNEL [[gnu::noinline]]
#endif

namespace hone::on_cpu::inline HONE_CPU {

#ifndef HONE_NO_XSIMD
template <class T> using native = xsimd::batch<T>;
template <class T> using native_mask = xsimd::batch_bool<T>;
template <class T> inline constexpr int lanes = static_cast<int>(xsimd::batch<T>::size);
#else
template <class T> using native = T;
template <class T> using native_mask = bool;
template <class T> inline constexpr int lanes = 1;
#endif

namespace detail {
/// a / b, rounded once: on NEON some releases multiply by an estimate of 1 / b.
template <class Native> HONE_INLINE Native quotient(const Native& a, const Native& b) {
#if defined(__aarch64__) && !defined(HONE_NO_XSIMD)
    if constexpr (std::is_same_v<Native, xsimd::batch<float>>) return vdivq_f32(a, b);
#endif
    return a / b;
}
} // namespace detail

/// The outcome of comparing two batches, lane by lane.
template <class T> struct mask { native_mask<T> v; };

/// lanes<T> numbers of type T.
template <class T> struct batch {
    using number = T;
    native<T> v;

    batch() = default;
    HONE_INLINE explicit batch(T x) : v(x) {} // every lane the same
    HONE_INLINE static batch of(native<T> n) {
        batch b;
        b.v = n;
        return b;
    }
    HONE_INLINE friend batch operator+(batch a, batch b) { return of(a.v + b.v); }
    HONE_INLINE friend batch operator-(batch a, batch b) { return of(a.v - b.v); }
    HONE_INLINE friend batch operator*(batch a, batch b) { return of(a.v * b.v); }
    HONE_INLINE friend batch operator/(batch a, batch b) { return of(detail::quotient(a.v, b.v)); }
    HONE_INLINE friend batch operator-(batch a) { return of(-a.v); }
    HONE_INLINE batch& operator+=(batch b) { return *this = *this + b; }
    HONE_INLINE batch& operator-=(batch b) { return *this = *this - b; }
    HONE_INLINE batch& operator*=(batch b) { return *this = *this * b; }
    HONE_INLINE batch& operator/=(batch b) { return *this = *this / b; }
    HONE_INLINE friend mask<T> operator<(batch a, batch b) { return {a.v < b.v}; }
    HONE_INLINE friend mask<T> operator<=(batch a, batch b) { return {a.v <= b.v}; }
    HONE_INLINE friend mask<T> operator>(batch a, batch b) { return {a.v > b.v}; }
    HONE_INLINE friend mask<T> operator>=(batch a, batch b) { return {a.v >= b.v}; }
    HONE_INLINE friend mask<T> operator==(batch a, batch b) { return {a.v == b.v}; }
};

#ifndef HONE_NO_XSIMD
namespace detail {
template <class T> using bits_of = std::conditional_t<sizeof(T) == 4, std::int32_t, std::int64_t>;
template <class To, class From> HONE_INLINE native<To> bitcast(const xsimd::batch<From>& b) {
#if XSIMD_VERSION_MAJOR >= 11
    return xsimd::bitwise_cast<To>(b);
#else
    return xsimd::bitwise_cast<native<To>>(b);
#endif
}
#if defined(__AVX512F__)
HONE_INLINE __mmask16 first(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
#elif defined(__AVX2__)
template <class T> HONE_INLINE __m256i first(int n) {
    alignas(64) static constexpr bits_of<T> all[2 * lanes<T>] = {-1, -1, -1, -1, sizeof(T) == 4 ? -1 : 0, sizeof(T) == 4 ? -1 : 0, sizeof(T) == 4 ? -1 : 0, sizeof(T) == 4 ? -1 : 0};
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(all + lanes<T> - n));
}
#endif
} // namespace detail

template <class T> HONE_INLINE batch<T> load(const T* p) { return batch<T>::of(native<T>::load_unaligned(p)); }
template <class T> HONE_INLINE void store(T* p, batch<T> b) { b.v.store_unaligned(p); }
/// The first n lanes (0 <= n <= lanes); the others are zero, and nothing behind the n-th element is read.
template <class T> HONE_INLINE batch<T> load(const T* p, int n) {
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) return batch<T>::of(native<T>(_mm512_maskz_loadu_ps(detail::first(n), p)));
    else return batch<T>::of(native<T>(_mm512_maskz_loadu_pd(static_cast<__mmask8>(detail::first(n)), p)));
#elif defined(__AVX2__)
    if (n == lanes<T>) return load(p);
    if constexpr (std::is_same_v<T, float>) return batch<T>::of(native<T>(_mm256_maskload_ps(p, detail::first<T>(n))));
    else return batch<T>::of(native<T>(_mm256_maskload_pd(p, detail::first<T>(n))));
#else
    if (n == lanes<T>) return load(p);
    T all[lanes<T>] = {};
    for (int i = 0; i < n; ++i) all[i] = p[i];
    return load(all);
#endif
}
/// The first n lanes; nothing behind the n-th element is touched.
template <class T> HONE_INLINE void store(T* p, batch<T> b, int n) {
#ifdef __AVX512F__
    if constexpr (std::is_same_v<T, float>) _mm512_mask_storeu_ps(p, detail::first(n), b.v);
    else _mm512_mask_storeu_pd(p, static_cast<__mmask8>(detail::first(n)), b.v);
#elif defined(__AVX2__)
    if (n == lanes<T>) return store(p, b);
    if constexpr (std::is_same_v<T, float>) _mm256_maskstore_ps(p, detail::first<T>(n), b.v);
    else _mm256_maskstore_pd(p, detail::first<T>(n), b.v);
#else
    if (n == lanes<T>) return store(p, b);
    T all[lanes<T>];
    store(all, b);
    for (int i = 0; i < n; ++i) p[i] = all[i];
#endif
}
template <class T> HONE_INLINE batch<T> fma(batch<T> a, batch<T> b, batch<T> c) { return batch<T>::of(xsimd::fma(a.v, b.v, c.v)); }
template <class T> HONE_INLINE batch<T> sqrt(batch<T> a) {
#ifdef __aarch64__ // as for quotients
    if constexpr (sizeof(T) == 4) return batch<T>::of(vsqrtq_f32(a.v));
#endif
    return batch<T>::of(xsimd::sqrt(a.v));
}
template <class T> HONE_INLINE batch<T> abs(batch<T> a) { return batch<T>::of(xsimd::abs(a.v)); }
template <class T> HONE_INLINE batch<T> select(mask<T> m, batch<T> a, batch<T> b) { return batch<T>::of(xsimd::select(m.v, a.v, b.v)); }
/// |a| with the sign of s.
template <class T> HONE_INLINE batch<T> copysign(batch<T> a, batch<T> s) {
    const native<T> sign(T(-0.0));
    return batch<T>::of(xsimd::abs(a.v) | (s.v & sign));
}
/// 2^n for the whole number n that is held as n + 1.5 * 2^(mantissa bits); within the range of normal numbers.
template <class T> HONE_INLINE batch<T> power_of_two(batch<T> shifted) {
    using whole = detail::bits_of<T>;
    constexpr int mantissa = sizeof(T) == 4 ? 23 : 52;
    const native<whole> one(whole{sizeof(T) == 4 ? 127 : 1023} << mantissa);
    return batch<T>::of(detail::bitcast<T, whole>((detail::bitcast<whole, T>(shifted.v) << mantissa) + one));
}
/// The sum of the lanes, always in the same order.
template <class T> HONE_INLINE T hsum(batch<T> b) {
#if XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_add(b.v);
#else
    return xsimd::hadd(b.v);
#endif
}
template <class T> HONE_INLINE T hmax(batch<T> b) {
#if defined(__AVX512F__)
    if constexpr (sizeof(T) == 4) return _mm512_reduce_max_ps(b.v);
    else return _mm512_reduce_max_pd(b.v);
#elif defined(__AVX2__)
    if constexpr (sizeof(T) == 4) {
        const __m128 four = _mm_max_ps(_mm256_castps256_ps128(b.v), _mm256_extractf128_ps(b.v, 1)), two = _mm_max_ps(four, _mm_movehl_ps(four, four));
        return _mm_cvtss_f32(_mm_max_ss(two, _mm_movehdup_ps(two)));
    } else {
        const __m128d two = _mm_max_pd(_mm256_castpd256_pd128(b.v), _mm256_extractf128_pd(b.v, 1));
        return _mm_cvtsd_f64(_mm_max_sd(two, _mm_unpackhi_pd(two, two)));
    }
#elif XSIMD_VERSION_MAJOR >= 9
    return xsimd::reduce_max(b.v);
#else
    T all[lanes<T>];
    store(all, b);
    for (int half = lanes<T> / 2; half > 0; half /= 2)
        for (int i = 0; i < half; ++i) all[i] = all[i] > all[i + half] ? all[i] : all[i + half];
    return all[0];
#endif
}
#else
template <class T> HONE_INLINE batch<T> load(const T* p) { return batch<T>(*p); }
template <class T> HONE_INLINE void store(T* p, batch<T> b) { *p = b.v; }
template <class T> HONE_INLINE batch<T> load(const T* p, int n) { return batch<T>(n > 0 ? *p : T(0)); }
template <class T> HONE_INLINE void store(T* p, batch<T> b, int n) {
    if (n > 0) *p = b.v;
}
/// a b + c with one rounding where the machine can: said outright, never left to the compiler.
template <class T> HONE_INLINE batch<T> fma(batch<T> a, batch<T> b, batch<T> c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
    return batch<T>(std::fma(a.v, b.v, c.v));
#else
    return batch<T>(a.v * b.v + c.v);
#endif
}
template <class T> HONE_INLINE batch<T> sqrt(batch<T> a) { return batch<T>(std::sqrt(a.v)); }
template <class T> HONE_INLINE batch<T> abs(batch<T> a) { return batch<T>(std::abs(a.v)); }
template <class T> HONE_INLINE batch<T> select(mask<T> m, batch<T> a, batch<T> b) { return m.v ? a : b; }
template <class T> HONE_INLINE batch<T> copysign(batch<T> a, batch<T> s) { return batch<T>(std::copysign(a.v, s.v)); }
template <class T> HONE_INLINE batch<T> power_of_two(batch<T> shifted) {
    if constexpr (sizeof(T) == 4) return batch<T>(std::bit_cast<T>((std::bit_cast<std::uint32_t>(shifted.v) << 23) + (127u << 23)));
    else return batch<T>(std::bit_cast<T>((std::bit_cast<std::uint64_t>(shifted.v) << 52) + (std::uint64_t{1023} << 52)));
}
template <class T> HONE_INLINE T hsum(batch<T> b) { return b.v; }
template <class T> HONE_INLINE T hmax(batch<T> b) { return b.v; }
#endif

/// As of numbers, lane by lane.
template <class T> HONE_INLINE batch<T> where(mask<T> condition, batch<T> a, batch<T> b) { return select(condition, a, b); }
/// The larger and the smaller, lane by lane; b where either is not a number, or where they are equal: what x86 does in one instruction.
template <class T> HONE_INLINE batch<T> max(batch<T> a, batch<T> b) {
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
    if constexpr (sizeof(T) == 4) return batch<T>::of(native<T>(_mm512_max_ps(a.v, b.v)));
    else return batch<T>::of(native<T>(_mm512_max_pd(a.v, b.v)));
#elif defined(__AVX2__) && !defined(HONE_NO_XSIMD)
    if constexpr (sizeof(T) == 4) return batch<T>::of(native<T>(_mm256_max_ps(a.v, b.v)));
    else return batch<T>::of(native<T>(_mm256_max_pd(a.v, b.v)));
#else
    return select(a > b, a, b);
#endif
}
template <class T> HONE_INLINE batch<T> min(batch<T> a, batch<T> b) {
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
    if constexpr (sizeof(T) == 4) return batch<T>::of(native<T>(_mm512_min_ps(a.v, b.v)));
    else return batch<T>::of(native<T>(_mm512_min_pd(a.v, b.v)));
#elif defined(__AVX2__) && !defined(HONE_NO_XSIMD)
    if constexpr (sizeof(T) == 4) return batch<T>::of(native<T>(_mm256_min_ps(a.v, b.v)));
    else return batch<T>::of(native<T>(_mm256_min_pd(a.v, b.v)));
#else
    return select(a < b, a, b);
#endif
}
/// (1 + q) 2^n for a whole number n, rounded to the numbers there are; n runs beyond the exponents of normal numbers.
template <class T> HONE_INLINE batch<T> scaled(batch<T> q, batch<T> n) {
#if defined(__AVX512F__) && !defined(HONE_NO_XSIMD)
    const batch<T> x = batch<T>(T(1)) + q;
    if constexpr (sizeof(T) == 4) return batch<T>::of(native<T>(_mm512_scalef_ps(x.v, n.v)));
    else return batch<T>::of(native<T>(_mm512_scalef_pd(x.v, n.v)));
#else
    const batch<T> shift(sizeof(T) == 4 ? T(0x1.8p23) : T(0x1.8p52)), half = fma(n, batch<T>(T(0.5)), shift), power = power_of_two(half); // in two factors
    return fma(q, power, power) * power_of_two(n - (half - shift) + shift);
#endif
}

/// f(0), f(1), ..., f(N - 1), each with its number as a type: the indices are constants before any optimisation.
template <int N, class F> HONE_INLINE void unroll(F&& f) {
    [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) { (f(std::integral_constant<int, I>{}), ...); }
    (std::make_integer_sequence<int, N>{});
}

} // namespace hone::on_cpu::inline HONE_CPU

