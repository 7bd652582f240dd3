// The first rows and columns of a matrix on a CPU: threads share the rows of the result.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "hone/expression/cpu.hpp"
#include "hone/op/leading/leading.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// Rows `first` to `last` of the corner, from a matrix of `width` columns.
template <class T>
void leading_rows(const T* from, int width, T* to, int columns, int first, int last) {
    for (int r = first; r < last; ++r) std::copy_n(from + static_cast<long>(r) * width, columns, to + static_cast<long>(r) * columns);
}
/// Rows `first` to `last` of a matrix of `width` columns, in whose corner of `rows` by `columns` dy stands and zeros elsewhere; added to what stands there, or put in its place.
template <class T>
void leading_back_rows(const T* dy, int rows, int columns, T* to, int width, bool adds, int first, int last) {
    for (int r = first; r < last; ++r) {
        T* const out = to + static_cast<long>(r) * width;
        if (!adds) std::fill_n(out, width, T(0));
        for (int k = 0; k < columns && r < rows; ++k) out[k] += dy[static_cast<long>(r) * columns + k];
    }
}

template <>
struct kernel<leading_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows();
            leading_rows(a.argument(0), a.width(0), a.result, a.result_width(), rows * thread / threads, rows * (thread + 1) / threads);
        });
    }
};
template <>
struct kernel<leading_back_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows();
            leading_back_rows(a.argument(0), a.rows(0), a.width(0), a.result, a.result_width(), a.adds(), rows * thread / threads, rows * (thread + 1) / threads);
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
