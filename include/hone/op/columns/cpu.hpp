// Columns of rows on a CPU: threads share the rows out.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/expression/state/cpu.hpp"
#include "hone/op/columns/columns.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <int From>
struct kernel<columns_from_<From>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows(), width = a.result_width(), all = a.width(0);
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r)
                std::copy_n(a.argument(0) + static_cast<long>(r) * all + From, width, a.result + static_cast<long>(r) * width);
        });
    }
};
template <int From>
struct kernel<columns_back_<From>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows(), width = a.width(0), all = a.result_width();
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r) {
                T* const to = a.result + static_cast<long>(r) * all;
                std::fill_n(to, From, T(0));
                std::copy_n(a.argument(0) + static_cast<long>(r) * width, width, to + From);
                std::fill(to + From + width, to + all, T(0));
            }
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
