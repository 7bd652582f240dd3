// The ops of attention on a CPU: heads of sequences are dealt out to threads, each a call of op/attention/cpu.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state/cpu.hpp"
#include "hone/op/attention/attention.hpp"
#include "hone/op/attention/behind.hpp"
#include "hone/op/attention/cpu.hpp"

namespace hone::cpu::inline HONE_CPU {

/// Attention by heads: calls `head` for each head of each sequence of a thread's share, with its slice of the rows of q and of k.
struct head_slice {
    long q, k;             ///< elements before the head's first columns
    int queries, keys, first, head;
};
template <class T, class Head>
void each_head(const access<T>& a, int heads, Head head) {
    const auto* of_q = a.offsets(a.self().kind);
    const auto* of_k = a.offsets(a.kind(1));
    const auto begin = [](const std::int32_t* offsets, int s) { return offsets ? offsets[s] : s; }; // a kind of one row a sequence begins at s
    const int width = a.result_width(), size = width / heads;
    a.c->workers->run([&](int thread, int threads) {
        const long jobs = static_cast<long>(a.c->rows[1]) * heads;
        for (long j = jobs * thread / threads; j < jobs * (thread + 1) / threads; ++j) {
            const int s = static_cast<int>(j / heads), h = static_cast<int>(j % heads), q = begin(of_q, s), k = begin(of_k, s);
            head(thread, head_slice{static_cast<long>(q) * width + h * size, static_cast<long>(k) * width + h * size, begin(of_q, s + 1) - q, begin(of_k, s + 1) - k, q, h});
        }
    });
}
/// Argument k from its `at`-th number on.
template <class T>
const T* slice(const access<T>& a, int k, long at) {
    return a.argument(k) + (a.of(k).half ? at / 2 : at);
}
template <int Heads>
struct kernel<attention_<Heads>> {
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return attention_scratch<Input>(extent<run_time>(a.result_width() / Heads));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.result_width(), size = width / Heads, site = a.self().detail;
        const dropout_bits bits = site > 0 ? a.bits(*a.argument(3), site - 1) : dropout_bits{};
        each_head(a, Heads, [&](int thread, head_slice h) {
            attention_forward<Input>(slice(a, 0, h.q), width, slice(a, 1, h.k), slice(a, 2, h.k), width, h.queries, h.keys, a.result + h.q, width,
                                 a.output[1] ? a.output[1] + static_cast<long>(h.first) * Heads + h.head : nullptr, Heads, T(1) / std::sqrt(T(size)),
                                 bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(h.first), Heads, h.head, a.scratch(thread),
                                 extent<run_time>(size), false, {a.of(0).half, a.of(1).half, a.of(2).half});
        });
    }
};
/// Dropout of the prefix's columns draws at the complement of the site, which is nobody else's.
template <int Heads>
struct kernel<attention_behind_<Heads>> : kernel<attention_<Heads>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.result_width(), size = width / Heads, site = a.self().detail;
        const dropout_bits own = site > 0 ? a.bits(*a.argument(5), site - 1) : dropout_bits{};
        const dropout_bits before = site > 0 ? a.bits(*a.argument(5), ~(site - 1)) : dropout_bits{};
        each_head(a, Heads, [&](int thread, head_slice h) {
            const auto attend = [&](const T* k, const T* v, int keys, const dropout_bits& bits, bool joins) {
                attention_forward<Input>(a.argument(0) + h.q, width, k, v, width, h.queries, keys, a.result + h.q, width,
                                     a.output[1] + static_cast<long>(h.first) * Heads + h.head, Heads, T(1) / std::sqrt(T(size)),
                                     bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(h.first), Heads, h.head, a.scratch(thread),
                                     extent<run_time>(size), joins);
            };
            attend(a.argument(1) + h.k, a.argument(2) + h.k, h.keys, own, false);
            attend(a.argument(3) + h.head * size, a.argument(4) + h.head * size, a.rows(3), before, true);
        });
    }
};
template <int Heads>
struct kernel<attention_back_<Heads>> : kernel<attention_<Heads>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.result_width(), size = width / Heads, site = a.self().detail;
        const dropout_bits bits = site > 0 ? a.bits(*a.argument(6), site - 1) : dropout_bits{};
        each_head(a, Heads, [&](int thread, head_slice h) {
            attention_backward<Input>(slice(a, 0, h.q), width, slice(a, 1, h.k), slice(a, 2, h.k), width, h.queries, h.keys, a.argument(3) + h.q,
                                  a.argument(5) + h.q, width, a.argument(4) + static_cast<long>(h.first) * Heads + h.head, Heads, T(1) / std::sqrt(T(size)),
                                  bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(h.first), Heads, h.head, a.result + h.q, width,
                                  a.output[1] + h.k, a.output[2] + h.k, width, a.scratch(thread), extent<run_time>(size), false,
                                  {a.of(0).half, a.of(1).half, a.of(2).half});
        });
    }
};
/// Sequences first..last of a chunk, whose gradients one thread adds up in order.
template <int Heads>
struct kernel<prefix_back_<Heads>> : kernel<attention_<Heads>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.result_width(), size = width / Heads, keys = a.rows(1), sequences = a.c->rows[1], site = a.self().detail;
        const dropout_bits bits = site > 0 ? a.bits(*a.argument(6), ~(site - 1)) : dropout_bits{};
        const auto* offsets = a.offsets(a.self().kind);
        a.c->workers->run([&](int thread, int threads) {
            for (int j = share(prefix_chunks * Heads, thread, threads); j < share(prefix_chunks * Heads, thread + 1, threads); ++j) {
                const int chunk = j / Heads, head = j % Heads, column = head * size, first = share(sequences, chunk, prefix_chunks);
                T* const d_k = a.output[1] + static_cast<long>(chunk) * keys * width + column;
                T* const d_v = a.output[2] + static_cast<long>(chunk) * keys * width + column;
                for (int i = 0; i < keys; ++i)
                    for (int x = 0; x < size; ++x) d_k[i * width + x] = d_v[i * width + x] = 0;
                for (int s = first; s < share(sequences, chunk + 1, prefix_chunks); ++s) {
                    const int row = offsets ? offsets[s] : s, queries = offsets ? offsets[s + 1] - row : 1;
                    const long q = static_cast<long>(row) * width + column;
                    attention_backward<Input>(a.argument(0) + q, width, a.argument(1) + column, a.argument(2) + column, width, queries, keys, a.argument(3) + q,
                                          a.argument(5) + q, width, a.argument(4) + static_cast<long>(row) * Heads + head, Heads, T(1) / std::sqrt(T(size)),
                                          bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(row), Heads, head, a.result + q, width, d_k, d_v,
                                          width, a.scratch(thread), extent<run_time>(size), true);
                }
            }
        });
    }
};
template <>
struct kernel<sum_chunks_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        const long size = static_cast<long>(a.result_rows()) * a.result_width();
        for (long i = 0; i < size; ++i) {
            T sum = 0;
            for (int chunk = 0; chunk < prefix_chunks; ++chunk) sum += a.argument(0)[chunk * size + i];
            a.result[i] = a.adds() ? a.result[i] + sum : sum;
        }
    }
};

} // namespace hone::cpu::inline HONE_CPU
