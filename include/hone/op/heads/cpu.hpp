// Sums over heads, and numbers handed out to them, on a CPU: threads share the rows out.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/expression/state/cpu.hpp"
#include "hone/op/heads/heads.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <head_walk Walk, int Heads, int Size>
struct kernel<over_heads_<Walk, Heads, Size>> {
    template <class T>
    static void row(const T* x, T* y) {
        if constexpr (Walk == head_walk::sum_each || Walk == head_walk::sum_over) std::fill_n(y, width_of(Walk, Heads, Size), T(0));
        for (int h = 0; h < Heads; ++h)
            for (int j = 0; j < Size; ++j) {
                if constexpr (Walk == head_walk::sum_each) y[h] += x[h * Size + j];
                else if constexpr (Walk == head_walk::to_each) y[h * Size + j] = x[h];
                else if constexpr (Walk == head_walk::sum_over) y[j] += x[h * Size + j];
                else y[h * Size + j] = x[j];
            }
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows();
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r)
                row(a.argument(0) + static_cast<long>(r) * a.width(0), a.result + static_cast<long>(r) * a.result_width());
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
