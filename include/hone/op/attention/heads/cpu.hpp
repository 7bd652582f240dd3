// The ops of attention on a CPU: heads of sequences are dealt out to threads, each a call of op/attention/cpu.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state/cpu.hpp"
#include "hone/op/attention/attention.hpp"
#include "hone/op/attention/behind.hpp"
#include "hone/op/attention/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// Attention by heads: calls `head` for each head of each sequence of a thread's share, with its slice of the rows of q and of k. Heads that share keys
/// follow each other in one thread, so that their gradients add up in order.
struct head_slice {
    long q, k;             ///< elements before the head's first columns
    int queries, keys, first, head;
    bool adds;             ///< another head has written the gradients of these keys
};
template <class T, class Head>
void each_head(const access<T>& a, int heads, int key_heads, Head head) {
    const auto* of_q = a.offsets(a.self().kind);
    const auto* of_k = a.offsets(a.kind(1));
    const auto begin = [](const std::int32_t* offsets, int s) { return offsets ? offsets[s] : s; }; // a kind of one row a sequence begins at s
    const int width = a.width(0), size = width / heads, key_width = a.width(1), each = heads / key_heads;
    a.c->workers->run([&](int thread, int threads) {
        const long jobs = static_cast<long>(a.c->rows[1]) * key_heads;
        for (long j = jobs * thread / threads; j < jobs * (thread + 1) / threads; ++j) {
            const int s = static_cast<int>(j / key_heads), of = static_cast<int>(j % key_heads), q = begin(of_q, s), k = begin(of_k, s);
            for (int h = of * each; h < (of + 1) * each; ++h)
                head(thread, head_slice{static_cast<long>(q) * width + h * size, static_cast<long>(k) * key_width + of * size, begin(of_q, s + 1) - q, begin(of_k, s + 1) - k,
                                        q, h, h > of * each});
        }
    });
}
template <class T, class Head>
void each_head(const access<T>& a, int heads, Head head) {
    each_head(a, heads, heads, head);
}
/// Argument k from its `at`-th number on.
template <class T>
const T* slice(const access<T>& a, int k, long at) {
    return a.argument(k) + (a.of(k).half ? at / 2 : at);
}
/// What the queries from row `first` on see; argument `place` has their places.
template <class Seen, class T>
visible_keys seen_from(const access<T>& a, int place, int first) {
    if constexpr (Seen::by_place) return {a.index(place) + first, Seen::window};
    else return {};
}
template <int Heads, int KeyHeads, class Seen>
struct kernel<attention_<Heads, KeyHeads, Seen>> {
    using op = attention_<Heads, KeyHeads, Seen>;
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return attention_scratch<Input>(extent<run_time>(a.width(0) / Heads));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.width(0), size = width / Heads, site = a.self().detail;
        const dropout_bits bits = site > 0 ? a.bits(*a.argument(op::rate), site - 1) : dropout_bits{};
        each_head(a, Heads, KeyHeads, [&](int thread, head_slice h) {
            attention_forward<Input>(slice(a, 0, h.q), width, slice(a, 1, h.k), slice(a, 2, h.k), a.width(1), h.queries, h.keys, a.result + h.q, width,
                                 a.output[1] ? a.output[1] + static_cast<long>(h.first) * Heads + h.head : nullptr, Heads, T(1) / std::sqrt(T(size)),
                                 bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(h.first), Heads, h.head, a.scratch(thread),
                                 extent<run_time>(size), false, {a.of(0).half, a.of(1).half, a.of(2).half}, seen_from<Seen>(a, op::place, h.first));
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
template <int Heads, int KeyHeads, class Seen>
struct kernel<attention_back_<Heads, KeyHeads, Seen>> : kernel<attention_<Heads, KeyHeads, Seen>> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        constexpr int place = 6, rate = 6 + Seen::by_place;
        const int width = a.width(0), size = width / Heads, key_width = a.width(1), site = a.self().detail;
        const dropout_bits bits = site > 0 ? a.bits(*a.argument(rate), site - 1) : dropout_bits{};
        each_head(a, Heads, KeyHeads, [&](int thread, head_slice h) {
            attention_backward<Input>(slice(a, 0, h.q), width, slice(a, 1, h.k), slice(a, 2, h.k), key_width, h.queries, h.keys, a.argument(3) + h.q,
                                  a.argument(5) + h.q, width, a.argument(4) + static_cast<long>(h.first) * Heads + h.head, Heads, T(1) / std::sqrt(T(size)),
                                  bits.threshold > 0 ? &bits : nullptr, static_cast<std::uint32_t>(h.first), Heads, h.head, a.result + h.q, width,
                                  a.output[1] + h.k, a.output[2] + h.k, key_width, a.scratch(thread), extent<run_time>(size), h.adds,
                                  {a.of(0).half, a.of(1).half, a.of(2).half}, seen_from<Seen>(a, place, h.first));
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

} // namespace hone::on_cpu::inline HONE_CPU
