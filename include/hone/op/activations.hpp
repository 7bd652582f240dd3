// Activations and other elementwise functions, each its value and its slope on one page.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/elementwise/elementwise.hpp"

namespace hone {

struct exp_ : elementwise {
    static constexpr auto value(auto x) { return exp(x); }
    static constexpr auto slope(auto, auto y) { return y; }
};
struct log_ : elementwise {
    static constexpr auto value(auto x) { return log(x); }
    static constexpr auto slope(auto x) { return decltype(x)(1) / x; }
};
struct sqrt_ : elementwise {
    static constexpr auto value(auto x) { return sqrt(x); }
    static constexpr auto slope(auto, auto y) { return decltype(y)(0.5) / y; }
};
struct square_ : elementwise {
    static constexpr auto value(auto x) { return x * x; }
    static constexpr auto slope(auto x) { return x + x; }
};
struct tanh_ : elementwise {
    static constexpr auto value(auto x) { return tanh(x); }
    static constexpr auto slope(auto, auto y) { return decltype(y)(1) - y * y; }
};
struct sigmoid_ : elementwise {
    static constexpr auto value(auto x) { return decltype(x)(1) / (decltype(x)(1) + exp(-x)); }
    static constexpr auto slope(auto, auto y) { return y * (decltype(y)(1) - y); }
};
/// max(x, 0); the slope at 0 is 0.
struct relu_ : elementwise {
    static constexpr auto value(auto x) { return max(x, decltype(x)(0)); }
    static constexpr auto slope(auto x) { return where(x > decltype(x)(0), decltype(x)(1), decltype(x)(0)); }
};
/// |x|; the slope at 0 is 0.
struct abs_ : elementwise {
    static constexpr auto value(auto x) { return abs(x); }
    static constexpr auto slope(auto x) {
        using V = decltype(x);
        return where(x > V(0), V(1), where(x < V(0), V(-1), V(0)));
    }
};
/// x * sigmoid(x) (Elfwing et al. 2018; SiLU, swish). At -inf: 0, slope 0.
struct silu_ : elementwise {
    static constexpr auto value(auto x) {
        using V = decltype(x);
        return where(x < V(-700), V(0), x / (V(1) + exp(-x)));
    }
    static constexpr auto slope(auto x) {
        using V = decltype(x);
        const auto s = V(1) / (V(1) + exp(-x));
        return where(x < V(-700), V(0), s * (V(1) + x * (V(1) - s)));
    }
};
/// x times the normal distribution function (Hendrycks and Gimpel 2016), the exact form with erf. Far to the left: 0, slope 0.
struct gelu_ : elementwise {
    static constexpr auto half_erf(auto x) {
        using V = decltype(x);
        return V(0.5) * (V(1) + erf(x * number_in<V>(0.7071067811865476)));
    }
    static constexpr auto value(auto x) {
        using V = decltype(x);
        return where(x < V(-40), V(0), x * half_erf(x));
    }
    static constexpr auto slope(auto x) {
        using V = decltype(x);
        return where(x < V(-40), V(0), half_erf(x) + x * (number_in<V>(0.39894228040143267794) * exp(x * x * V(-0.5))));
    }
};
/// GELU's approximation by tanh (the same paper; GPT-2's activation).
struct gelu_tanh_ : elementwise {
    static constexpr auto inner(auto x) {
        using V = decltype(x);
        return tanh(number_in<V>(0.79788456080286535588) * (x + number_in<V>(0.044715) * x * x * x));
    }
    static constexpr auto value(auto x) {
        using V = decltype(x);
        return where(x < V(-40), V(0), V(0.5) * x * (V(1) + inner(x)));
    }
    static constexpr auto slope(auto x) {
        using V = decltype(x);
        const auto t = inner(x);
        const auto outer = V(0.5) * x * (V(1) - t * t) * number_in<V>(0.79788456080286535588) * (V(1) + number_in<V>(3 * 0.044715) * x * x);
        return where(x < V(-40), V(0), V(0.5) * (V(1) + t) + outer);
    }
};
/// 1 / sqrt(x + 10^-Exponent), the scale of a norm.
template <int Exponent>
struct inverse_root_ : elementwise {
    static constexpr double epsilon() {
        double e = 1;
        for (int i = 0; i < Exponent; ++i) e *= 0.1;
        return e;
    }
    static constexpr auto value(auto x) { return decltype(x)(1) / sqrt(x + number_in<decltype(x)>(epsilon())); }
    static constexpr auto slope(auto, auto y) { return decltype(y)(-0.5) * y * y * y; }
};

/// x^g of numbers that are not negative; 0^0 is 1. At 0 the slope in x is 0 where it is not finite.
struct power_ : elementwise {
    static constexpr auto value(auto x, auto g) {
        using V = decltype(x);
        return where(x > V(0), exp(g * log(x)), where(g == V(0), V(1), V(0)));
    }
    template <int I>
    static constexpr auto slope(auto x, auto g) {
        using V = decltype(x);
        if constexpr (I == 0) return where(x > V(0), g * exp((g - V(1)) * log(x)), where(g == V(1), V(1), V(0)));
        else return where(x > V(0), exp(g * log(x)) * log(x), V(0));
    }
};

inline constexpr function<exp_> exponential;
inline constexpr function<log_> logarithm;
inline constexpr function<sqrt_> square_root;
inline constexpr function<square_> square;
inline constexpr function<tanh_> hyperbolic_tangent;
inline constexpr function<sigmoid_> sigmoid;
inline constexpr function<relu_> relu;
inline constexpr function<abs_> absolute;
inline constexpr function<silu_> silu;
inline constexpr function<gelu_> gelu;
inline constexpr function<gelu_tanh_> gelu_tanh;
inline constexpr function<power_> raised;

} // namespace hone
