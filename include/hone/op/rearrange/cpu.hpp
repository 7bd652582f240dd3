// Moving rows on a CPU: rows that are read elsewhere are pointers to them, sums over segments and gradients of tables go by all
// threads, each of which has rows of the result of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "hone/expression/state/cpu.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/tensor/trained.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// The row of argument 0 that argument 1 names, or zeros.
struct indexed_row {
    template <class T>
    static const T* row(const access<T>& a, int r) {
        const auto id = a.index(1)[r];
        return id < 0 ? a.c->zeros : a.argument(0) + static_cast<long>(id) * a.result_width();
    }
};
template <>
struct kernel<gather_> : indexed_row {};
template <>
struct kernel<pick_> : indexed_row {};
/// Each segment's rows from the first to the last: `start`, then `join(what stands there, the row's number)`.
template <class T, class Join>
void over_segments(const access<T>& a, T start, Join join) {
    a.c->workers->run([&](int thread, int threads) {
        const auto* offsets = a.index(1);
        const int n = a.result_rows(), width = a.result_width();
        for (int s = share(n, thread, threads); s < share(n, thread + 1, threads); ++s) {
            T* to = a.result + static_cast<long>(s) * width;
            for (int j = 0; j < width; ++j) to[j] = start;
            for (int r = offsets[s]; r < offsets[s + 1]; ++r)
                for (int j = 0; j < width; ++j) to[j] = join(to[j], a.argument(0)[static_cast<long>(r) * width + j]);
        }
    });
}
template <>
struct kernel<sum_segments_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        over_segments(a, T(0), [](T sum, T x) { return sum + x; });
    }
};
template <>
struct kernel<max_segments_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        over_segments(a, -std::numeric_limits<T>::infinity(), [](T most, T x) { return x > most ? x : most; });
    }
};
template <int N>
struct kernel<identity_<N>> {
    template <class T>
    static constexpr auto line = [] {
        std::array<T, static_cast<std::size_t>(2 * N - 1)> values{};
        values[static_cast<std::size_t>(N - 1)] = 1;
        return values;
    }();
    template <class T>
    static const T* row(const access<T>&, int r) {
        return line<T>.data() + (N - 1 - r);
    }
};
template <>
struct kernel<as_constant_row_> { // a column of N rows lies in memory as a row of N columns
    template <class Input, class T>
    static void run(const access<T>& a) {
        std::copy_n(a.argument(0), a.result_width(), a.result);
    }
};
/// Says that these gradients are written. Neighbours may share a page, so a thread may say what another says.
template <class T>
void touch(const context<T>& c, long from, long count) {
    for (long page = from / gradient_page; page <= (from + count - 1) / gradient_page; ++page) std::atomic_ref(c.touched[page]).store(1, std::memory_order_relaxed);
}
/// Threads split the table's rows, each walking all ids in order: the same bits for any number of threads.
template <>
struct kernel<scatter_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int table = a.result_rows(), width = a.result_width(), rows = a.rows(0);
            const int from = share(table, thread, threads), to = share(table, thread + 1, threads);
            const std::int32_t* ids = a.index(1);
            T* out = a.result;
            if (!a.adds())
                for (long i = static_cast<long>(from) * width; i < static_cast<long>(to) * width; ++i) out[i] = 0;
            for (int r = 0; r < rows; ++r) {
                if (ids[r] < from || ids[r] >= to) continue;
                const T* dy = a.argument(0) + static_cast<long>(r) * width;
                T* at = out + static_cast<long>(ids[r]) * width;
                if (a.adds()) touch(*a.c, at - a.c->gradients, width);
                for (int j = 0; j < width; ++j) at[j] += dy[j];
            }
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
