// The optimizer's walks over memory on a CPU: the sum of squares, and one pass that reads gradient, weight and moments and writes
// the last two back.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/cpu.hpp"
#include "hone/device/team.hpp"
#include "hone/optimizer/chain.hpp"

namespace hone::cpu::inline HONE_CPU {

template <class Work>
void share_out(team& workers, long pieces, Work&& work) {
    workers.run([&](int thread, int threads) {
        for (long c = pieces * thread / threads; c < pieces * (thread + 1) / threads; ++c) work(c);
    });
}

/// In double, a fixed number of lanes: the same bits wherever a chunk is summed.
template <class T>
double squared_sum(const T* p, long n) {
    double lane[16]{};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; ++k) lane[k] += static_cast<double>(p[i + k]) * static_cast<double>(p[i + k]);
    for (int k = 0; i < n; ++i, ++k) lane[k] += static_cast<double>(p[i]) * static_cast<double>(p[i]);
    double sum = 0;
    for (double v : lane) sum += v;
    return sum;
}

template <class Rule, class T>
void update_range(const trained_range<T>& r, const T* gradients, T* const* moments, const typename Rule::template numbers<T>& n, T factor, long from, long to) {
    constexpr long width = lanes<T>;
    using V = batch<T>;
    T* const weights = r.weight - r.gradient;
    long i = from;
    V moment[Rule::moments];
    for (; i + width <= to; i += width) {
        for (int m = 0; m < Rule::moments; ++m) moment[m] = load(moments[m] + i);
        store(weights + i, Rule::update(load(weights + i), load(gradients + i) * V(factor), moment, n));
        for (int m = 0; m < Rule::moments; ++m) store(moments[m] + i, moment[m]);
    }
    if (i < to) {
        const int left = static_cast<int>(to - i);
        for (int m = 0; m < Rule::moments; ++m) moment[m] = load(moments[m] + i, left);
        store(weights + i, Rule::update(load(weights + i, left), load(gradients + i, left) * V(factor), moment, n), left);
        for (int m = 0; m < Rule::moments; ++m) store(moments[m] + i, moment[m], left);
    }
}

/// The update where gradient and moments are zero.
template <class T>
void rest_range(const trained_range<T>& r, T factor, long from, long to) {
    if (factor == T(1)) return;
    T* const weights = r.weight - r.gradient;
    for (long i = from; i < to; ++i) weights[i] *= factor;
}

} // namespace hone::cpu::inline HONE_CPU
