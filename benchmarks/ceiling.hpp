// What the machine can do at most, measured beside whatever is compared with it: multiply-adds on registers alone, and a walk over memory
// that reads two arrays and writes one of them. Rates are of all threads of a team at once; each thread counts the seconds of its own
// processor, so that what else runs on the machine counts less.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/operand/cpu.hpp>
#include <hone/device/team.hpp>
#include <hone/tensor/storage.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <vector>

namespace ceilings {

inline constexpr bool has_bf16 = hone::on_cpu::multiplies_pairs; ///< one instruction multiplies pairs of bf16; elsewhere they are floats

inline double clock_of(clockid_t which) {
    timespec t{};
    clock_gettime(which, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}
/// Seconds of the thread that asks.
inline double thread_clock() { return clock_of(CLOCK_THREAD_CPUTIME_ID); }
/// Seconds on the wall.
inline double wall_clock() { return clock_of(CLOCK_MONOTONIC); }

/// f(thread, threads) on every thread; the seconds of the one that took longest.
template <class F> double longest(hone::team& workers, F&& f) {
    struct alignas(64) place {
        double seconds;
    };
    std::vector<place> spent(static_cast<std::size_t>(workers.size()));
    workers.run([&](int thread, int threads) {
        const double start = thread_clock();
        f(thread, threads);
        spent[static_cast<std::size_t>(thread)].seconds = thread_clock() - start;
    });
    return std::max_element(spent.begin(), spent.end(), [](const place& a, const place& b) { return a.seconds < b.seconds; })->seconds;
}

#ifdef __AVX512F__
inline constexpr int chains = 16; ///< of 32 registers; two units and a latency of 6 want 12
#else
inline constexpr int chains = 12; ///< of 16
#endif

/// `rounds` multiply-adds in each of the chains, on registers; the factors are lanes at `from`, which the compiler knows nothing of.
template <class Input, class T = hone::on_cpu::sum_of<Input>, class = hone::on_cpu::architecture>
HONE_KERNEL T chained(const T* from, int rounds) {
    using operand = hone::on_cpu::operand<Input>;
    using hone::on_cpu::batch;
    const batch<T> x = hone::on_cpu::load(from), y = hone::on_cpu::load(from + hone::on_cpu::lanes<T>);
    batch<T> sum[chains];
    hone::on_cpu::unroll<chains>([&](auto i) { sum[i] = batch<T>(static_cast<T>(i)); });
    for (int n = 0; n < rounds; ++n)
        hone::on_cpu::unroll<chains>([&](auto i) __attribute__((always_inline)) {
            if constexpr (operand::per_word == 1) sum[i] = operand::multiply_add(sum[i], x, y); // or x y is multiplied once, before
            else sum[i] = operand::multiply_add(x, y, sum[i]);
        });
    batch<T> all = sum[0];
    for (int i = 1; i < chains; ++i) all += sum[i];
    return hone::on_cpu::hsum(all);
}

/// Multiply-adds of Input on registers alone: operations a second, two for each number that is multiplied.
template <class Input> double multiply_adds(hone::team& workers) {
    using T = hone::on_cpu::sum_of<Input>;
    constexpr int rounds = 300000, lanes = hone::on_cpu::lanes<T>;
    alignas(64) T factors[std::size_t{2} * lanes]{};
    for (int i = 0; i < lanes; ++i) factors[i] = 1;
    const double time = longest(workers, [&](int, int) { chained<Input>(factors, rounds); });
    return 2.0 * hone::on_cpu::operand<Input>::per_word * chains * rounds * lanes * workers.size() / time;
}

/// y += a x over n floats on all threads, `a` being 0 as only the caller knows: bytes a second, two read and one written.
inline double stream(hone::team& workers, const float* x, float* y, long n, float a = 0) {
    using namespace hone::on_cpu;
    constexpr long step = lanes<float>;
    const double start = wall_clock();
    workers.run([&](int thread, int threads) {
        const long from = n / step * thread / threads * step, to = n / step * (thread + 1) / threads * step;
        const batch<float> factor(a);
        for (long i = from; i < to; i += step) store(y + i, fma(factor, load(x + i), load(y + i)));
    });
    return 12.0 * static_cast<double>(n) / (wall_clock() - start);
}

/// The best of some rounds.
template <class F> double best_of(int rounds, F&& rate) {
    double best = 0;
    for (int i = 0; i < rounds; ++i) best = std::max(best, rate());
    return best;
}

} // namespace ceilings
