// Rotary positions on a CPU: a table of cosines and sines a batch, and one pass over the rows for each turn.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/device/cpu.hpp"
#include "hone/expression/state/cpu.hpp"
#include "hone/op/rotary/rotary.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// y = x turned, one row of heads of `size` columns. `turn`: the row's cosines, then its sines; `sign` -1 turns back.
template <class T>
void rotate_row(const T* x, const T* turn, int width, int size, T sign, T* y) {
    const int half = size / 2;
    const batch<T> s(sign);
    for (int head = 0; head < width; head += size)
        for (int j = 0; j < half; j += lanes<T>) {
            const int n = half - j < lanes<T> ? half - j : lanes<T>;
            const batch<T> a = load(x + head + j, n), b = load(x + head + half + j, n), c = load(turn + j, n), d = load(turn + half + j, n) * s;
            store(y + head + j, a * c - b * d, n);
            store(y + head + half + j, b * c + a * d, n);
        }
}
template <class Rotary, int Size>
struct kernel<rotary_table_<Rotary, Size>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        double frequency[static_cast<std::size_t>(Size / 2)];
        for (int j = 0; j < Size / 2; ++j) frequency[j] = Rotary::scaling::scaled(std::pow(Rotary::theta, -2.0 * j / Size));
        const std::int32_t* const positions = a.index(0);
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows();
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r)
                for (int j = 0; j < Size / 2; ++j) {
                    const double angle = positions[r] * frequency[j];
                    a.result[static_cast<long>(r) * Size + j] = static_cast<T>(std::cos(angle));
                    a.result[static_cast<long>(r) * Size + Size / 2 + j] = static_cast<T>(std::sin(angle));
                }
        });
    }
};
template <int Size, bool Back>
struct kernel<rotate_<Size, Back>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.result_rows(), width = a.result_width();
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r)
                rotate_row(a.argument(0) + static_cast<long>(r) * width, a.argument(1) + static_cast<long>(r) * Size, width, Size, Back ? T(-1) : T(1),
                           a.result + static_cast<long>(r) * width);
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
