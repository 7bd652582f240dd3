// exp, tanh and erf of floats against the C library's in double: the largest error in units in the last place, overflow or underflow
// before its time, NaN and the sign. A prime stride of all bit patterns here; every one of the 2^32 by name, some minutes on two threads:
//     build/release/tests/tests_device "every float"        (tests_device_avx2 and tests_device_no_xsimd for the other instruction sets)
// The reference is rounded to float to know its last place; its own error, under a unit of double, is 10^-9 of that.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/math/cpu.hpp>

#include "test.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstdio>
#include <mutex>
#include <thread>

namespace {

constexpr double limit = 2.5;
constexpr float infinity = std::numeric_limits<float>::infinity();

struct outcome {
    double worst = 0; ///< in units in the last place, where expected and found are finite
    float where = 0;
    std::uint64_t early = 0, late = 0, vanished = 0, nan = 0, sign = 0; ///< numbers that fail in another way
    float fails_at = 0;                                                 ///< one of them

    void add(float x, float found, double expected) {
        if (std::isnan(x) || std::isnan(found)) return fail(nan, x, std::isnan(x) != std::isnan(found));
        const float rounded = static_cast<float>(expected);
        if (std::signbit(rounded) != std::signbit(found)) return fail(sign, x, true);
        if (std::isinf(rounded) || std::isinf(found)) return fail(found == infinity ? early : late, x, rounded != found);
        fail(vanished, x, found == 0 && std::abs(expected) >= 0x1p-149); // at least the smallest subnormal number
        const std::uint32_t exponent = std::max(std::bit_cast<std::uint32_t>(rounded) >> 23 & 0xFFu, 1u);
        const double places = std::abs(found - expected) * std::bit_cast<double>((1023ull + 150 - exponent) << 52);
        if (places > worst) worst = places, where = x;
    }
    void add(const outcome& other) {
        if (other.worst > worst) worst = other.worst, where = other.where;
        if (other.failures()) fails_at = other.fails_at;
        early += other.early, late += other.late, vanished += other.vanished, nan += other.nan, sign += other.sign;
    }
    std::uint64_t failures() const { return early + late + vanished + nan + sign; }

private:
    void fail(std::uint64_t& count, float x, bool failed) {
        if (failed) ++count, fails_at = x;
    }
};

/// Bit patterns begin, begin + stride, ... below end.
template <class F, class Reference> outcome sweep(std::uint64_t begin, std::uint64_t end, std::uint64_t stride, F f, Reference reference) {
    outcome all;
    constexpr int most = 256;
    float x[most], y[most];
    for (std::uint64_t bits = begin; bits < end;) {
        int n = 0;
        for (; n < most && bits < end; bits += stride) x[n++] = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        for (int i = 0; i < n; i += hone::on_cpu::lanes<float>) {
            const int some = std::min(n - i, hone::on_cpu::lanes<float>);
            hone::on_cpu::store(y + i, f(hone::on_cpu::load(x + i, some)), some);
        }
        for (int i = 0; i < n; ++i) all.add(x[i], y[i], reference(static_cast<double>(x[i])));
    }
    return all;
}

void check(const char* function, const outcome& o) {
    INFO(function << ": worst " << o.worst << " at " << o.where << "; infinite early " << o.early << ", late " << o.late << "; zero early "
                  << o.vanished << "; NaN wrong " << o.nan << ", sign wrong " << o.sign << ", one of them at " << o.fails_at);
    CHECK(o.worst <= limit);
    CHECK(o.failures() == 0);
}

template <class F, class Reference> void every(const char* function, F f, Reference reference) {
    constexpr std::uint64_t end = std::uint64_t{1} << 32, block = std::uint64_t{1} << 22;
    outcome all;
    std::atomic<std::uint64_t> next{0};
    std::mutex adding;
    const auto work = [&] {
        for (std::uint64_t begin = next.fetch_add(block); begin < end; begin = next.fetch_add(block)) {
            const outcome one = sweep(begin, begin + block, 1, f, reference);
            const std::lock_guard lock(adding);
            all.add(one);
        }
    };
    std::thread other(work);
    work();
    other.join();
    std::printf("%-5s worst %.4f units at %a (%.9g), %llu fail in another way\n", function, all.worst, static_cast<double>(all.where),
                static_cast<double>(all.where), static_cast<unsigned long long>(all.failures()));
    check(function, all);
}

constexpr auto exp_of = [](auto x) { return hone::on_cpu::exp(x); };
constexpr auto tanh_of = [](auto x) { return hone::on_cpu::tanh(x); };
constexpr auto erf_of = [](auto x) { return hone::on_cpu::erf(x); };
constexpr auto exp_in_double = [](double x) { return std::exp(x); };
constexpr auto tanh_in_double = [](double x) { return std::tanh(x); };
constexpr auto erf_in_double = [](double x) { return std::erf(x); };

} // namespace

TEST_CASE("a stride of the floats: exp, tanh and erf within 2.5 units in the last place, and no early infinity or zero") {
    constexpr std::uint64_t end = std::uint64_t{1} << 32, stride = 499;
    check("exp", sweep(0, end, stride, exp_of, exp_in_double));
    check("tanh", sweep(0, end, stride, tanh_of, tanh_in_double));
    check("erf", sweep(0, end, stride, erf_of, erf_in_double));
}

TEST_CASE("the floats around which exp overflows, becomes subnormal and vanishes") {
    for (const float at : {88.0f, 88.376f, 88.7228f, 89.0f, -87.3365f, -103.2789f, -103.9721f, -104.0f}) {
        const std::uint64_t middle = std::bit_cast<std::uint32_t>(at);
        check("exp", sweep(middle - 2000, middle + 2000, 1, exp_of, exp_in_double));
    }
}

TEST_CASE("every float", "[.]") {
    every("exp", exp_of, exp_in_double);
    every("tanh", tanh_of, tanh_in_double);
    every("erf", erf_of, erf_in_double);
}
