// The vector seam: partial loads and stores stay inside, reductions, and exp, tanh, erf of doubles against the C library in long double.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/cpu.hpp>

#include "test.hpp"

#include <limits>
#include <vector>

using namespace hone::on_cpu;

namespace {

// Distance of `found` from `expected` in units of the last place of T at `expected`.
template <class T, class Wide> double places(T found, Wide expected) {
    const T rounded = static_cast<T>(expected);
    if (std::isinf(rounded) || std::isinf(found)) return found == rounded ? 0 : 1e9;
    int exponent = 0;
    std::frexp(rounded, &exponent);
    const int least = std::numeric_limits<T>::min_exponent;
    if (rounded == 0 || exponent < least) exponent = least;
    const Wide unit = std::ldexp(Wide(1), exponent - std::numeric_limits<T>::digits);
    return static_cast<double>(std::abs(static_cast<Wide>(found) - expected) / unit);
}

template <class T, class F, class Libm> void sweep(const std::vector<T>& at, F f, Libm libm) {
    double worst = 0;
    T where = 0;
    for (std::size_t i = 0; i < at.size(); i += static_cast<std::size_t>(lanes<T>)) {
        const int n = static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(lanes<T>), at.size() - i));
        T out[lanes<T>];
        store(out, f(load(at.data() + i, n)));
        for (int j = 0; j < n; ++j) {
            const T x = at[i + static_cast<std::size_t>(j)];
            const double d = places(out[j], libm(x));
            if (!(d <= worst)) worst = d, where = x;
        }
    }
    INFO("worst at " << where);
    CHECK(worst <= 2.5);
}

std::vector<double> doubles() {
    std::vector<double> all{0.0, -0.0, 709.5, 709.782712, 709.7828, -745.1, -745.2, -708.5, 5e-324, 1e308};
    for (double x = 1e-9; x < 800; x *= 1.0007)
        for (double s : {x, -x}) all.push_back(s);
    return all;
}

} // namespace

TEST_CASE("exp, tanh and erf of doubles are within 2.5 units in the last place") {
    const auto at = doubles();
    sweep(
        at, [](auto x) { return exp(x); }, [](double x) { return std::exp(static_cast<long double>(x)); });
    sweep(
        at, [](auto x) { return tanh(x); }, [](double x) { return std::tanh(static_cast<long double>(x)); });
    sweep(
        at, [](auto x) { return erf(x); }, [](double x) { return std::erf(static_cast<long double>(x)); });
}

TEMPLATE_TEST_CASE("special values", "", float, double) {
    using T = TestType;
    const T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
    CHECK(std::isnan(hone::on_cpu::exp(nan)));
    CHECK(std::isnan(hone::on_cpu::tanh(nan)));
    CHECK(std::isnan(hone::on_cpu::erf(nan)));
    CHECK(hone::on_cpu::exp(infinity) == infinity);
    CHECK(hone::on_cpu::exp(-infinity) == 0);
    CHECK(hone::on_cpu::exp(T(0)) == 1);
    CHECK(hone::on_cpu::tanh(infinity) == 1);
    CHECK(hone::on_cpu::tanh(-infinity) == -1);
    CHECK(hone::on_cpu::erf(infinity) == 1);
    CHECK(hone::on_cpu::erf(-infinity) == -1);
    CHECK(std::signbit(hone::on_cpu::tanh(T(-0.0))));
    CHECK(std::signbit(hone::on_cpu::erf(T(-0.0))));
}

TEMPLATE_TEST_CASE("partial loads and stores touch only their lanes", "", float, double) {
    using T = TestType;
    constexpr int w = lanes<T>;
    for (int n = 0; n <= w; ++n) {
        std::vector<T> in(static_cast<std::size_t>(n)), out(static_cast<std::size_t>(w + 2), T(-7));
        for (int i = 0; i < n; ++i) in[static_cast<std::size_t>(i)] = T(i + 1);
        const batch<T> b = load(in.data(), n);
        CHECK(hsum(b) == T(n * (n + 1) / 2));
        store(out.data() + 1, b + batch<T>(T(1)), n);
        for (int i = 0; i < w + 2; ++i) CHECK(out[static_cast<std::size_t>(i)] == (i >= 1 && i <= n ? T(i + 1) : T(-7)));
    }
}

TEMPLATE_TEST_CASE("arithmetic, comparison and reductions", "", float, double) {
    using T = TestType;
    T in[lanes<T>], out[lanes<T>];
    for (int i = 0; i < lanes<T>; ++i) in[i] = T((i * 7) % lanes<T>) - T(2);
    const batch<T> x = load(in), two(T(2));
    CHECK(hmax(x) == T(lanes<T> - 3));
    store(out, select(x > two, fma(x, two, batch<T>(T(1))), -abs(x) / two));
    for (int i = 0; i < lanes<T>; ++i) CHECK(out[i] == (in[i] > 2 ? in[i] * 2 + 1 : -std::abs(in[i]) / 2));
    store(out, max(x, two) - min(x, two) + sqrt(two * two) * copysign(two, x));
    for (int i = 0; i < lanes<T>; ++i) CHECK(out[i] == std::abs(in[i] - 2) + (std::signbit(in[i]) ? -4 : 4));
}

TEMPLATE_TEST_CASE("quotients and square roots are rounded once", "", float, double) {
    using T = TestType;
    T x[lanes<T>], y[lanes<T>], quotient[lanes<T>], root[lanes<T>];
    for (int n = 0; n < 1000; ++n) {
        for (int i = 0; i < lanes<T>; ++i) x[i] = T(1) + T(n * 37 % 1009) / T(911 + i), y[i] = T(3 + n + i) / T(7);
        store(quotient, load(static_cast<const T*>(x)) / load(static_cast<const T*>(y)));
        store(root, sqrt(load(static_cast<const T*>(y))));
        bool same = true;
        for (int i = 0; i < lanes<T>; ++i) same = same && quotient[i] == x[i] / y[i] && root[i] == std::sqrt(y[i]);
        CHECK(same);
    }
}

TEMPLATE_TEST_CASE("sixteen bits at the bound are kept, below it not", "", float, double) {
    using T = TestType;
    for (std::uint32_t bound : {1u, 6554u, 32768u, 65535u, 65536u}) {
        std::uint32_t words[lanes<T>];
        for (int i = 0; i < lanes<T>; ++i) {
            const std::uint32_t low = bound - 1 + static_cast<std::uint32_t>(i % 2), high = bound - static_cast<std::uint32_t>(i % 2);
            words[i] = (low & 0xFFFFu) | high << 16;
        }
        T lower[lanes<T>], upper[lanes<T>];
        store(lower, at_least<0>(words, bound, T(3)));
        store(upper, at_least<16>(words, bound, T(3)));
        for (int i = 0; i < lanes<T>; ++i) {
            CHECK(lower[i] == ((words[i] & 0xFFFFu) >= bound ? T(3) : T(0)));
            CHECK(upper[i] == (words[i] >> 16 >= bound ? T(3) : T(0)));
        }
    }
}
