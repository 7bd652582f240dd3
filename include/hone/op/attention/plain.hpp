// Attention of one head over one sequence, softmax(scale q k^T) v, and its gradient, row by row with a whole row of probabilities in
// hand: what op/attention/cpu.hpp must give, to rounding. Dropout falls on the probabilities; a query's row of its bits is
// (row_base + i) * heads + head, the column is the key. Any stride; `memory` holds two numbers a key.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tensor/random.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace hone::plain {

/// The probabilities p and dropout's factors f of query i against all keys; returns the log of the sum of exponentials.
template <class T>
T attention_row(const T* q, std::ptrdiff_t ld_q, const T* k, std::ptrdiff_t ld_kv, int keys, int size, T scale, const dropout_bits* bits,
                std::uint32_t row_base, int heads, int head, int i, T* p, T* f) {
    T most = -std::numeric_limits<T>::infinity(), sum = 0;
    for (int j = 0; j < keys; ++j) {
        T s = 0;
        for (int x = 0; x < size; ++x) s += q[i * ld_q + x] * k[j * ld_kv + x];
        p[j] = s * scale;
        most = p[j] > most ? p[j] : most;
    }
    for (int j = 0; j < keys; ++j) sum += p[j] = std::exp(p[j] - most);
    const std::uint32_t row =
        (row_base + static_cast<std::uint32_t>(i)) * static_cast<std::uint32_t>(heads) + static_cast<std::uint32_t>(head);
    for (int j = 0; j < keys; ++j) {
        p[j] /= sum;
        f[j] = !bits ? T(1) : bits->keeps(row, static_cast<std::uint32_t>(j)) ? static_cast<T>(bits->scale) : T(0);
    }
    return most + std::log(sum);
}

template <class T>
void attention_forward(const T* q, std::ptrdiff_t ld_q, const T* k, const T* v, std::ptrdiff_t ld_kv, int queries, int keys, T* o,
                       std::ptrdiff_t ld_o, T* lse, std::ptrdiff_t stride_lse, T scale, const dropout_bits* bits, std::uint32_t row_base,
                       int heads, int head, T* memory, int size) {
    T *const p = memory, *const f = memory + keys;
    for (int i = 0; i < queries; ++i) {
        lse[i * stride_lse] = attention_row(q, ld_q, k, ld_kv, keys, size, scale, bits, row_base, heads, head, i, p, f);
        for (int x = 0; x < size; ++x) {
            T sum = 0;
            for (int j = 0; j < keys; ++j) sum += p[j] * f[j] * v[j * ld_kv + x];
            o[i * ld_o + x] = sum;
        }
    }
}

template <class T>
void attention_backward(const T* q, std::ptrdiff_t ld_q, const T* k, const T* v, std::ptrdiff_t ld_kv, int queries, int keys, const T* d_o,
                        std::ptrdiff_t ld_o, T scale, const dropout_bits* bits, std::uint32_t row_base, int heads, int head, T* d_q,
                        std::ptrdiff_t ld_dq, T* d_k, T* d_v, std::ptrdiff_t ld_dkv, T* memory, int size) {
    T *const p = memory, *const f = memory + keys;
    for (int j = 0; j < keys; ++j)
        for (int x = 0; x < size; ++x) d_k[j * ld_dkv + x] = d_v[j * ld_dkv + x] = 0;
    for (int i = 0; i < queries; ++i) {
        attention_row(q, ld_q, k, ld_kv, keys, size, scale, bits, row_base, heads, head, i, p, f);
        T mean = 0; // of the probabilities' gradients, under the probabilities
        for (int j = 0; j < keys; ++j) {
            T slope = 0;
            for (int x = 0; x < size; ++x) {
                slope += d_o[i * ld_o + x] * v[j * ld_kv + x];
                d_v[j * ld_dkv + x] += p[j] * f[j] * d_o[i * ld_o + x];
            }
            f[j] *= slope;
            mean += p[j] * f[j];
        }
        for (int x = 0; x < size; ++x) {
            T sum = 0;
            for (int j = 0; j < keys; ++j) {
                const T ds = p[j] * (f[j] - mean) * scale;
                sum += ds * k[j * ld_kv + x];
                d_k[j * ld_dkv + x] += ds * q[i * ld_q + x];
            }
            d_q[i * ld_dq + x] = sum;
        }
    }
}

} // namespace hone::plain
