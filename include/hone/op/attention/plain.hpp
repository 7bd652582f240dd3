// Attention of one head over one sequence, softmax(scale q k^T) v, and its gradient, row by row with a whole row of probabilities in
// hand: what op/attention/cpu.hpp must give, to rounding. Keys come in one or two sets, of which the second stands for a prefix; dropout falls on the
// probabilities, from bits of each set (attention_bits).
// Any stride; `memory` holds two numbers a key.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tensor/random.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace hone::plain {

/// Keys and values (count, size) and where their gradients go.
template <class T>
struct key_set {
    const T *k = nullptr, *v = nullptr;
    std::ptrdiff_t ld = 0;
    int count = 0;
    const dropout_bits* bits = nullptr;
    T *d_k = nullptr, *d_v = nullptr;
    std::ptrdiff_t ld_d = 0;
};
/// Calls f(set, key of the set, key of all) for every key.
template <class T, class F>
void each_key(const key_set<T> (&sets)[2], F f) {
    int all = 0;
    for (const auto& set : sets)
        for (int j = 0; j < set.count; ++j) f(set, j, all++);
}

/// The probabilities p and dropout's factors f of query i against all keys; returns the log of the sum of exponentials.
template <class T>
T attention_row(const T* q, std::ptrdiff_t ld_q, const key_set<T> (&sets)[2], int size, T scale, std::uint32_t row_base, int heads, int head, int i, T* p, T* f) {
    T most = -std::numeric_limits<T>::infinity(), sum = 0;
    each_key(sets, [&](const key_set<T>& set, int j, int at) {
        T s = 0;
        for (int x = 0; x < size; ++x) s += q[i * ld_q + x] * set.k[j * set.ld + x];
        p[at] = s * scale;
        most = p[at] > most ? p[at] : most;
    });
    each_key(sets, [&](const key_set<T>&, int, int at) { sum += p[at] = std::exp(p[at] - most); });
    each_key(sets, [&](const key_set<T>& set, int j, int at) {
        const attention_bits drawn(row_base, heads, head, set.count);
        p[at] /= sum;
        const auto kept = [&] { return set.bits->keeps(drawn.row(i), static_cast<std::uint32_t>(drawn.column(i) + j)); };
        f[at] = !set.bits ? T(1) : kept() ? static_cast<T>(set.bits->scale) : T(0);
    });
    return most + std::log(sum);
}

template <class T>
void attention_forward(const T* q, std::ptrdiff_t ld_q, const key_set<T> (&sets)[2], int queries, T* o, std::ptrdiff_t ld_o, T* lse,
                       std::ptrdiff_t stride_lse, T scale, std::uint32_t row_base, int heads, int head, T* memory, int size) {
    T *const p = memory, *const f = memory + sets[0].count + sets[1].count;
    for (int i = 0; i < queries; ++i) {
        lse[i * stride_lse] = attention_row(q, ld_q, sets, size, scale, row_base, heads, head, i, p, f);
        for (int x = 0; x < size; ++x) {
            T sum = 0;
            each_key(sets, [&](const key_set<T>& set, int j, int at) { sum += p[at] * f[at] * set.v[j * set.ld + x]; });
            o[i * ld_o + x] = sum;
        }
    }
}

template <class T>
void attention_backward(const T* q, std::ptrdiff_t ld_q, const key_set<T> (&sets)[2], int queries, const T* d_o, std::ptrdiff_t ld_o, T scale,
                        std::uint32_t row_base, int heads, int head, T* d_q, std::ptrdiff_t ld_dq, T* memory, int size) {
    T *const p = memory, *const f = memory + sets[0].count + sets[1].count;
    each_key(sets, [&](const key_set<T>& set, int j, int) {
        for (int x = 0; x < size; ++x) set.d_k[j * set.ld_d + x] = set.d_v[j * set.ld_d + x] = 0;
    });
    for (int i = 0; i < queries; ++i) {
        attention_row(q, ld_q, sets, size, scale, row_base, heads, head, i, p, f);
        T mean = 0; // of the probabilities' gradients, under the probabilities
        each_key(sets, [&](const key_set<T>& set, int j, int at) {
            T slope = 0;
            for (int x = 0; x < size; ++x) {
                slope += d_o[i * ld_o + x] * set.v[j * set.ld + x];
                set.d_v[j * set.ld_d + x] += p[at] * f[at] * d_o[i * ld_o + x];
            }
            f[at] *= slope;
            mean += p[at] * f[at];
        });
        for (int x = 0; x < size; ++x) {
            T sum = 0;
            each_key(sets, [&](const key_set<T>& set, int j, int at) {
                const T ds = p[at] * (f[at] - mean) * scale;
                sum += ds * set.k[j * set.ld + x];
                set.d_k[j * set.ld_d + x] += ds * q[i * ld_q + x];
            });
            d_q[i * ld_dq + x] = sum;
        }
    }
}

} // namespace hone::plain
