// Cross-entropy over a vocabulary on a CPU: a chunk of the table is packed by all threads, then each takes its blocks of rows through it; what a row needs
// from chunk to chunk are three numbers. A row's result depends on no other row and no thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>

#include "hone/device/cpu.hpp"
#include "hone/expression/state/cpu.hpp"
#include "hone/op/product/cpu.hpp"
#include "hone/op/vocabulary/vocabulary.hpp"

namespace hone::on_cpu::inline HONE_CPU {

namespace detail {

/// The rows of a thread, in the blocks of a pipeline.
template <class F>
void each_block(int rows, int thread, int threads, F f) {
    const row_blocks blocks(rows);
    const int from = share(blocks.count, thread, threads), to = share(blocks.count, thread + 1, threads);
    for (int b = from; b < to; ++b) f(blocks.first(b), blocks.first(b + 1));
}
/// Calls f(first word, words) for each chunk.
template <class F>
void each_chunk(int words, F f) {
    for (int first = 0; first < words; first += vocabulary_chunk) f(first, words - first < vocabulary_chunk ? words - first : vocabulary_chunk);
}
template <class T>
void add_bias(T* z, const T* bias, int n) {
    for (int j = 0; j < n; j += lanes<T>) {
        const int many = n - j < lanes<T> ? n - j : lanes<T>;
        store(z + j, load(z + j, many) + load(bias + j, many), many);
    }
}
/// What is known of a row after some chunks: the largest logit, the sum of exponentials less it, the label's logit.
template <class T>
void join_chunk(const T* z, int n, int label, T (&kept)[3]) {
    T most = kept[0];
    for (int j = 0; j < n; ++j) most = z[j] > most ? z[j] : most;
    batch<T> sum(T(0));
    int j = 0;
    for (; j + lanes<T> <= n; j += lanes<T>) sum += exp(load(z + j) - batch<T>(most));
    T total = hsum(sum);
    for (; j < n; ++j) total += std::exp(z[j] - most);
    kept[1] = kept[1] * std::exp(kept[0] - most) + total;
    kept[0] = most;
    if (label >= 0 && label < n) kept[2] = z[label];
}
/// Logits become their gradients: (softmax - one hot) times d.
template <class T>
void slopes_of_chunk(T* z, int n, int label, T sums, T d) {
    for (int j = 0; j < n; j += lanes<T>) {
        const int many = n - j < lanes<T> ? n - j : lanes<T>;
        store(z + j, exp(load(z + j, many) - batch<T>(sums)) * batch<T>(d), many);
    }
    if (label >= 0 && label < n) z[label] -= d;
}

} // namespace detail

template <>
struct kernel<vocabulary_> {
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(0), vocabulary_chunk);
    }
    template <class Input, class T>
    static constexpr long scratch(const call<T>&) {
        return static_cast<long>(block_rows) * vocabulary_chunk;
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int words = a.rows(1), width = a.width(0), rows = a.rows(0);
        const std::int32_t* const label = a.index(2);
        const T* const bias = a.plan->count > 3 ? a.argument(3) : nullptr;
        T *const kept = a.output[2], *const sums = a.output[1], *const packed = a.c->packed;
        a.c->workers->run([&](int thread, int threads) {
            detail::each_block(rows, thread, threads, [&](int from, int to) {
                for (int r = from; r < to; ++r) kept[3 * r] = -std::numeric_limits<T>::infinity(), kept[3 * r + 1] = kept[3 * r + 2] = 0;
            });
            detail::each_chunk(words, [&](int first, int n) {
                const int p = panels<T>(n);
                pack_transposed<Input>(a.argument(1) + static_cast<long>(first) * width, packed, width, n, share(p, thread, threads), share(p, thread + 1, threads));
                a.c->workers->barrier();
                T* const z = a.scratch(thread);
                detail::each_block(rows, thread, threads, [&](int from, int to) {
                    multiply<Input>(a.argument(0) + static_cast<long>(from) * width, width, to - from, packed, z, vocabulary_chunk, false, extent<run_time>(width),
                                    extent<run_time>(n));
                    for (int r = from; r < to; ++r) {
                        T* const row = z + static_cast<long>(r - from) * vocabulary_chunk;
                        T known[3] = {kept[3 * r], kept[3 * r + 1], kept[3 * r + 2]};
                        if (bias) detail::add_bias(row, bias + first, n);
                        detail::join_chunk(row, n, label[r] - first, known);
                        std::copy_n(known, 3, kept + 3 * r);
                    }
                });
                a.c->workers->barrier();
            });
            detail::each_block(rows, thread, threads, [&](int from, int to) {
                for (int r = from; r < to; ++r) {
                    sums[r] = kept[3 * r] + std::log(kept[3 * r + 1]);
                    a.result[r] = label[r] < 0 ? T(0) : sums[r] - kept[3 * r + 2];
                }
            });
        });
    }
};

/// The gradients of a chunk's logits for a block of rows, in `z` with rows of vocabulary_chunk; then dx (+)= these times the chunk of the table.
template <class Input, class T>
void vocabulary_block(const access<T>& a, int from, int to, int first, int n, T* z, T* dx) {
    const int width = a.width(0);
    const std::int32_t* const label = a.index(2);
    const T* const bias = a.plan->count > 5 ? a.argument(5) : nullptr;
    T *const packed = a.c->packed, *const packed_back = packed + packed_size<Input>(width, vocabulary_chunk);
    multiply<Input>(a.argument(0) + static_cast<long>(from) * width, width, to - from, packed, z, vocabulary_chunk, false, extent<run_time>(width), extent<run_time>(n));
    for (int r = from; r < to; ++r) {
        T* const row = z + static_cast<long>(r - from) * vocabulary_chunk;
        if (bias) detail::add_bias(row, bias + first, n);
        detail::slopes_of_chunk(row, n, label[r] - first, a.argument(3)[r], label[r] < 0 ? T(0) : a.argument(4)[r]);
    }
    multiply<Input>(z, vocabulary_chunk, to - from, packed_back, dx + static_cast<long>(from) * width, width, first > 0, extent<run_time>(n), extent<run_time>(width));
}
template <class Input, class T>
void pack_chunk(const access<T>& a, int first, int n, int thread, int threads) {
    const int width = a.width(0), p = panels<T>(n), q = panels<T>(width);
    const T* const table = a.argument(1) + static_cast<long>(first) * width;
    T* const packed = a.c->packed;
    pack_transposed<Input>(table, packed, width, n, share(p, thread, threads), share(p, thread + 1, threads));
    pack<Input>(table, packed + packed_size<Input>(width, vocabulary_chunk), n, width, share(q, thread, threads), share(q, thread + 1, threads));
}
template <>
struct kernel<vocabulary_back_> {
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(0), vocabulary_chunk) + packed_size<Input>(vocabulary_chunk, a.width(0));
    }
    template <class Input, class T>
    static constexpr long scratch(const call<T>&) {
        return static_cast<long>(block_rows) * vocabulary_chunk;
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int rows = a.rows(0);
        a.c->workers->run([&](int thread, int threads) {
            detail::each_chunk(a.rows(1), [&](int first, int n) {
                pack_chunk<Input>(a, first, n, thread, threads);
                a.c->workers->barrier();
                detail::each_block(rows, thread, threads, [&](int from, int to) { vocabulary_block<Input>(a, from, to, first, n, a.scratch(thread), a.result); });
                a.c->workers->barrier();
            });
        });
    }
};
template <>
struct kernel<vocabulary_both_> : kernel<vocabulary_back_> {
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return outer_scratch<T>(vocabulary_chunk, a.width(0));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int rows = a.rows(0), width = a.width(0);
        T *const slopes = a.output[2], *const d_bias = a.output[3];
        const bool adds = a.adds();
        a.c->workers->run([&](int thread, int threads) {
            detail::each_chunk(a.rows(1), [&](int first, int n) {
                pack_chunk<Input>(a, first, n, thread, threads);
                a.c->workers->barrier();
                detail::each_block(rows, thread, threads,
                                   [&](int from, int to) { vocabulary_block<Input>(a, from, to, first, n, slopes + static_cast<long>(from) * vocabulary_chunk, a.output[1]); });
                a.c->workers->barrier();
                outer<Input>(slopes, vocabulary_chunk, a.argument(0), width, rows, a.result + static_cast<long>(first) * width, width, adds, thread, threads, a.scratch(thread), n,
                             width);
                for (int j = share(n, thread, threads); d_bias && j < share(n, thread + 1, threads); ++j) {
                    T sum = 0;
                    for (int r = 0; r < rows; ++r) sum += slopes[static_cast<long>(r) * vocabulary_chunk + j];
                    d_bias[first + j] = sum;
                }
                a.c->workers->barrier();
            });
        });
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
