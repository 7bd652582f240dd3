// The optimizer's walks over memory on a CPU: the sum of squares, and one pass that reads update,
// weight and moments and writes what has changed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/cpu.hpp"
#include "hone/device/team.hpp"
#include "hone/optimizer/chain.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <class Work>
void share_out(team& workers, long pieces, Work&& work) {
    workers.run([&](int thread, int threads) {
        for (long c = pieces * thread / threads; c < pieces * (thread + 1) / threads; ++c) work(c);
    });
}
/// Calls work(from, to) for each chunk of `count` numbers; a few are not worth waking anyone.
template <class Work>
void in_chunks(team& workers, long count, Work&& work) {
    const auto one = [&](long c) {
        work(c * optimizer_chunk,
             (c + 1) * optimizer_chunk < count ? (c + 1) * optimizer_chunk : count);
    };
    if (optimizer_chunks(count) > 2) return share_out(workers, optimizer_chunks(count), one);
    for (long c = 0; c < optimizer_chunks(count); ++c) one(c);
}

/// In double, a fixed number of lanes: the same bits wherever a chunk is summed.
template <class T>
double squared_sum(const T* p, long n) {
    double lane[16]{};
    long i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; ++k)
            lane[k] += static_cast<double>(p[i + k]) * static_cast<double>(p[i + k]);
    for (int k = 0; i < n; ++i, ++k)
        lane[k] += static_cast<double>(p[i]) * static_cast<double>(p[i]);
    double sum = 0;
    for (double v : lane) sum += v;
    return sum;
}
/// Of a whole weight: chunks are joined in order.
template <class T>
double squared_sum(const T* p, long n, double* partial, team& workers) {
    in_chunks(workers, n, [&](long from, long to) {
        partial[from / optimizer_chunk] = squared_sum(p + from, to - from);
    });
    double sum = 0;
    for (long c = 0; c < optimizer_chunks(n); ++c) sum += partial[c];
    return sum;
}

/// Numbers `from` to `to` - 1 of a weight; `out` is the weight itself or where its update goes on,
/// `moments` are those of the run.
template <class Run, class T>
void update_range(const T* weight, const T* update, T* out, T* const* moments, const Run& prepared,
                  long from, long to) {
    constexpr long width = lanes<T>;
    using V = batch<T>;
    const Run n = prepared;
    long i = from;
    V moment[Run::moments == 0 ? 1 : Run::moments];
    for (; i + width <= to; i += width) {
        for (int m = 0; m < Run::moments; ++m) moment[m] = load(moments[m] + i);
        store(out + i, n.apply(load(update + i), load(weight + i), moment));
        for (int m = 0; m < Run::moments; ++m) store(moments[m] + i, moment[m]);
    }
    if (i < to) {
        const int left = static_cast<int>(to - i);
        for (int m = 0; m < Run::moments; ++m) moment[m] = load(moments[m] + i, left);
        store(out + i, n.apply(load(update + i, left), load(weight + i, left), moment), left);
        for (int m = 0; m < Run::moments; ++m) store(moments[m] + i, moment[m], left);
    }
}

/// The update where gradient and moments are zero.
template <class T>
void rest_range(T* weight, T factor, long from, long to) {
    if (factor == T(1)) return;
    for (long i = from; i < to; ++i) weight[i] *= factor;
}

} // namespace hone::on_cpu::inline HONE_CPU
