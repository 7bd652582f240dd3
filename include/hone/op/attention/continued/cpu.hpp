// Attention over a cache on a CPU. A thread has some heads of keys of some sequences: it puts their new
// rows into the cache and attends for the queries that share them. The bits are those of the whole text
// at once: keys are taken in the same blocks from the first on, whoever computes them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/heads/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <int Heads, int KeyHeads, class Seen>
struct kernel<continued_attention_<Heads, KeyHeads, Seen>> {
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return attention_scratch<Input>(extent<run_time>(a.width(0) / Heads));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const int width = a.width(0), size = width / Heads, key_width = a.width(1);
        const auto *const offsets = a.offsets(a.kind(1)), *const slot = a.index(4),
                   *const before = a.index(5);
        const auto cached = a.cached();
        T* const values = cached.at + cached.slots * cached.length * key_width;
        each_head(a, Heads, KeyHeads, [&](int thread, head_slice h) {
            const int s = sequence_of(offsets, a.c->rows[1], h.k / key_width);
            const long at = (slot[s] * cached.length * key_width) + h.k % key_width;
            const auto put = [&](const T* from, T* to) {
                for (int r = 0; r < h.keys; ++r)
                    std::copy_n(from + static_cast<long>(r) * key_width, size,
                                to + static_cast<long>(before[s] + r) * key_width);
            };
            if (!h.adds) {
                put(a.argument(1) + h.k, cached.at + at);
                put(a.argument(2) + h.k, values + at);
            }
            attention_forward<Input>(
                slice(a, 0, h.q), width, cached.at + at, values + at, key_width, h.queries,
                before[s] + h.keys, a.result + h.q, width, a.output[1] + static_cast<long>(h.first) * Heads + h.head, Heads,
                T(1) / std::sqrt(T(size)), nullptr, 0u, Heads, h.head, a.scratch(thread),
                extent<run_time>(size), false, {a.of(0).half, false, false},
                seen_from<Seen>(a, 3, h.first));
        });
    }

private:
    /// The sequence that begins at this row.
    static int sequence_of(const std::int32_t* offsets, int sequences, long row) {
        return static_cast<int>(std::lower_bound(offsets, offsets + sequences, row) - offsets);
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
