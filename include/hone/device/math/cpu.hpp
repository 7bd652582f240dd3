// exp, tanh and erf of a batch, and of one number by the same operations. Errors are at most 2.5 units in the last place on the whole
// range, results run down to the smallest subnormal and up to the largest number, a NaN stays one. Polynomials: Taylor for exp; least
// maximum for erf(x) / x - 1 on [0, 1] and for -log(1 - erf(x)) from 1 on, each fitted in 60 digits by Lawson's iterated least squares.
// Cost of a batch: exp about 16 operations, tanh 22 and a division, erf 34.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/vector/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

namespace detail {

/// c[0] x^n + ... + c[n], by Horner's rule.
template <class T, std::size_t N> HONE_INLINE batch<T> polynomial(batch<T> x, const T (&c)[N]) {
    batch<T> sum(c[0]);
    for (std::size_t i = 1; i < N; ++i) sum = fma(sum, x, batch<T>(c[i]));
    return sum;
}

template <class T> struct math;

template <> struct math<float> {
    static constexpr float shift = 0x1.8p23f;                                      // adding it rounds to a whole number
    static constexpr float log_2_high = 0.693359375f, log_2_low = -2.12194440e-4f; // the product of the first with a whole number is exact
    static constexpr float lowest = -104.0f, highest = 89.0f;                      // exp is 0 below, infinite above
    static constexpr float exp_terms[] = {1.f / 5040, 1.f / 720, 1.f / 120, 1.f / 24, 1.f / 6, 0.5f}; // (e^r - 1 - r) / r^2
    static constexpr float erf_terms[] = {7.853776532e-5f, -8.010167929e-4f, 5.18832476e-3f, -2.685381039e-2f,
                                          0.1128358511f,   -0.3761262582f,   0.128379166f};
    static constexpr float tail_terms[] = {-1.864006091e-4f, 1.829458472e-3f, -9.895553409e-3f, 4.150354688e-2f,
                                           0.8431175969f,    2.638966881f,    1.849605516f};
    static constexpr float erf_one = 4.0f; // erf is 1 from here on
};

template <> struct math<double> {
    static constexpr double shift = 0x1.8p52;
    static constexpr double log_2_high = 0x1.62e42fee00000p-1, log_2_low = 0x1.a39ef35793c76p-33;
    static constexpr double lowest = -746.0, highest = 710.0;
    static constexpr double exp_terms[] = {1. / 6227020800, 1. / 479001600, 1. / 39916800, 1. / 3628800, 1. / 362880, 1. / 40320,
                                           1. / 5040,       1. / 720,       1. / 120,      1. / 24,      1. / 6,      0.5};
    static constexpr double erf_terms[] = {
        5.945236787537007379e-11, -1.136565092019283747e-9, 1.465787587679158926e-8, -1.635002462213086467e-7, 1.646097275935267888e-6,
        -1.492559350323141907e-5, 1.205533103674470368e-4,  -8.54832697873788261e-4, 5.223977624780790154e-3,  -2.686617064507288687e-2,
        0.1128379167095485745,    -0.376126389031837476,    0.128379167095512574};
    static constexpr double tail_terms[] = {
        -1.049687938289462024e-12, 2.906845621540123978e-11, -3.709764763610358902e-10, 2.881651747654215269e-9, -1.49873937531349295e-8,
        5.226921853695938258e-8,   -9.806081605390902941e-8, -1.420313212887473108e-7,  2.058737200664679398e-6, -9.607954968141618941e-6,
        2.715847385364400755e-5,   -2.627756138216898476e-5, -2.373225909375224279e-4,  1.977902594073027025e-3, -1.003382537846179171e-2,
        4.156109804218244532e-2,   0.8431072563586590084,    2.638967514234788581,      1.849605509933248255};
    static constexpr double erf_one = 6.0;
};

/// e^x = (1 + q) 2^n with n held shifted: x within [lowest, highest].
template <class T> struct parts_of_exp {
    batch<T> q, n;
    HONE_INLINE explicit parts_of_exp(batch<T> x) {
        using m = math<T>;
        const batch<T> shift(m::shift);
        n = fma(x, batch<T>(T(1.4426950408889634074)), shift) - shift;
        const batch<T> r = fma(n, batch<T>(-m::log_2_low), fma(n, batch<T>(-m::log_2_high), x));
        q = fma(polynomial(r, m::exp_terms), r * r, r);
    }
};

} // namespace detail

/// e^x
template <class T> HONE_INLINE batch<T> exp(batch<T> x) {
    using m = detail::math<T>;
    const detail::parts_of_exp<T> p(min(batch<T>(m::highest), max(batch<T>(m::lowest), x)));
    return scaled(p.q, p.n);
}

/// The hyperbolic tangent, -m / (m + 2) with m = e^(-2|x|) - 1.
template <class T> HONE_INLINE batch<T> tanh(batch<T> x) {
    const batch<T> least(sizeof(T) == 4 ? T(-40) : T(-80)), one(T(1));
    const detail::parts_of_exp<T> p(max(least, batch<T>(T(-2)) * abs(x)));
    const batch<T> scale = power_of_two(p.n + batch<T>(detail::math<T>::shift));
    const batch<T> m = fma(p.q, scale, scale - one);
    return copysign(m / (m + batch<T>(T(2))), x);
}

/// The error function.
template <class T> HONE_INLINE batch<T> erf(batch<T> x) {
    using m = detail::math<T>;
    const batch<T> one(T(1)), a = abs(x);
    const batch<T> small = fma(x, detail::polynomial(x * x, m::erf_terms), x);
    const batch<T> tail = exp(-detail::polynomial(min(batch<T>(m::erf_one), a) - one, m::tail_terms));
    return select(a < one, small, copysign(one - tail, x));
}

template <class T> HONE_INLINE T lane_of(batch<T> b) {
    T all[lanes<T>];
    store(all, b);
    return all[0];
}
template <class T>
requires std::is_floating_point_v<T>
inline T exp(T x) { return lane_of(exp(batch<T>(x))); }
template <class T>
requires std::is_floating_point_v<T>
inline T tanh(T x) { return lane_of(tanh(batch<T>(x))); }
template <class T>
requires std::is_floating_point_v<T>
inline T erf(T x) { return lane_of(erf(batch<T>(x))); }

} // namespace hone::on_cpu::inline HONE_CPU
