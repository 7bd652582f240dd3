// The functions of numbers that elementwise ops are written with, for float and double. SIMD vectors bring their own, found by
// argument-dependent look-up, so `exp(x)` in an op means the right thing for every type.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <type_traits>
#include <concepts>

namespace hone {

// Templates, so that the C library's ::exp(double) is no rival where a user's file has `using namespace hone`.
#define HONE_NUMBER_FUNCTION(function)                                                                                                     \
    template <std::floating_point T>                                                                                                       \
    T function(T x) {                                                                                                                      \
        return std::function(x);                                                                                                           \
    }
HONE_NUMBER_FUNCTION(exp)
HONE_NUMBER_FUNCTION(log)
HONE_NUMBER_FUNCTION(tanh)
HONE_NUMBER_FUNCTION(erf)
HONE_NUMBER_FUNCTION(sqrt)
HONE_NUMBER_FUNCTION(abs)
#undef HONE_NUMBER_FUNCTION

constexpr float max(float a, float b) { return a > b ? a : b; }
constexpr double max(double a, double b) { return a > b ? a : b; }
constexpr float min(float a, float b) { return a < b ? a : b; }
constexpr double min(double a, double b) { return a < b ? a : b; }
/// a where the condition holds, else b. Both are computed; a NaN in the one not taken does not show.
constexpr float where(bool condition, float a, float b) { return condition ? a : b; }
constexpr double where(bool condition, double a, double b) { return condition ? a : b; }

/// A constant in the type of the numbers at hand, rounded once.
template <class V>
constexpr V number_in(double x) {
    if constexpr (std::is_floating_point_v<V>) return static_cast<V>(x);
    else return V(static_cast<typename V::number>(x));
}

} // namespace hone
