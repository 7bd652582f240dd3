// In-batch contrast on a CPU, row by row: threads share out the rows of what they write, so every sum goes in the order of the batch. Batches are some tens
// of texts: the work is that of one more layer's rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <limits>

#include "hone/expression/state/cpu.hpp"
#include "hone/op/contrast/contrast.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <class T>
T dot_rows(const T* a, const T* b, int n) {
    T lane[8]{};
    int j = 0;
    for (; j + 8 <= n; j += 8)
        for (int k = 0; k < 8; ++k) lane[k] += a[j + k] * b[j + k];
    for (int k = 0; j < n; ++j, ++k) lane[k] += a[j] * b[j];
    return ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
}
template <>
struct kernel<contrast_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.rows(0), anchors = a.index(1)[1], width = a.width(0);
            const T scale = *a.argument(2), *const x = a.argument(0);
            for (int r = share(rows, thread, threads); r < share(rows, thread + 1, threads); ++r) {
                a.result[r] = a.output[1][r] = 0;
                if (r >= anchors) continue;
                const auto score = [&](int c) { return scale * dot_rows(x + static_cast<long>(r) * width, x + static_cast<long>(c) * width, width); };
                T most = -std::numeric_limits<T>::infinity(), sum = 0;
                for (int c = anchors; c < rows; ++c) {
                    const T s = score(c), high = s > most ? s : most;
                    sum = sum * std::exp(most - high) + std::exp(s - high);
                    most = high;
                }
                a.output[1][r] = most + std::log(sum);
                a.result[r] = a.output[1][r] - score(anchors + r);
            }
        });
    }
};
/// The gradient of an anchor's loss times scale times (softmax - one hot) of a candidate goes to the anchor by the candidate's row, and to the candidate by
/// the anchor's.
template <>
struct kernel<contrast_back_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int rows = a.rows(0), anchors = a.index(1)[1], width = a.width(0);
            const T scale = *a.argument(2), *const x = a.argument(0);
            for (int i = share(rows, thread, threads); i < share(rows, thread + 1, threads); ++i) {
                T* const to = a.result + static_cast<long>(i) * width;
                for (int j = 0; j < width; ++j) to[j] = 0;
                const bool is_anchor = i < anchors;
                for (int k = is_anchor ? anchors : 0; k < (is_anchor ? rows : anchors); ++k) {
                    const int r = is_anchor ? i : k, c = is_anchor ? k : i;
                    const T p = std::exp(scale * dot_rows(x + static_cast<long>(r) * width, x + static_cast<long>(c) * width, width) - a.argument(3)[r]);
                    const T slope = a.argument(4)[r] * scale * (p - (c == anchors + r ? T(1) : T(0)));
                    for (int j = 0; j < width; ++j) to[j] += slope * x[static_cast<long>(k) * width + j];
                }
            }
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
