// Attention of one head over one sequence on a CPU: softmax(scale q k^T) v in blocks of 48 queries by 128 keys, joined by their
// log-sum-exp (Milakov and Gimelshein, "Online normalizer calculation for softmax", 2018; Dao et al., FlashAttention, 2022).
// Backward makes the probabilities and dropout's bits again from q, k and the log-sum-exp: nothing of size queries x keys is kept.
// A query's result depends on its own row and the keys alone, so queries may be split over calls, at multiples of 8 (attention_bits); backward takes all of a sequence.
// Cost: 2 products forward, 5 backward, one exp an element each, which the scale rides in; keys are turned once a block of them. Where products multiply bf16 only
// what they read is rounded, to words (device/operand) along or across their sum; scores, exponentials and sums stay in T.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/block/cpu.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hone::on_cpu::inline HONE_CPU {

/// Which keys a query sees: those up to its place in the sequence, `window` of them at most (0: all). Without places: every key.
struct visible_keys {
    const std::int32_t* places = nullptr; ///< of the queries
    int window = 0;
    int end(int query, int keys) const { return places && places[query] + 1 < keys ? places[query] + 1 : keys; }
    int begin(int query) const { return places && window > 0 && places[query] >= window ? places[query] + 1 - window : 0; }
    /// Do the queries from `first` on see none, or all, of the `many` keys from `from` on?
    bool none(int first, int rows, int from, int many, int keys) const {
        for (int i = first; i < first + rows && places; ++i)
            if (begin(i) < from + many && end(i, keys) > from) return false;
        return places != nullptr;
    }
    bool all(int first, int rows, int from, int many, int keys) const {
        for (int i = first; i < first + rows && places; ++i)
            if (begin(i) > from || end(i, keys) < from + many) return false;
        return true;
    }
};

namespace detail {

/// What the queries do not see of a block of scores becomes -inf.
template <class T>
void hide(T* score, std::ptrdiff_t stride, const visible_keys& seen, int first, int rows, int from, int many, int keys) {
    for (int i = 0; i < rows; ++i) {
        T* const p = score + i * stride;
        const int begin = std::clamp(seen.begin(first + i) - from, 0, many), end = std::clamp(seen.end(first + i, keys) - from, begin, many);
        std::fill(p, p + begin, -std::numeric_limits<T>::infinity());
        std::fill(p + end, p + many, -std::numeric_limits<T>::infinity());
    }
}

template <class F> HONE_INLINE void with_or_without(const dropout_bits* bits, F&& f) {
    if (bits) f(std::true_type{});
    else f(std::false_type{});
}

/// The sum and x[0..n) times y[0..n), n < lanes or as many as a batch.
template <class T> HONE_INLINE batch<T> dot(const T* x, const T* y, int n, batch<T> sum) {
    return n >= lanes<T> ? fma(load(x), load(y), sum) : fma(load(x, n), load(y, n), sum);
}

template <class Input, class T>
HONE_KERNEL void attention_forward(rows_from<T> q, rows_from<T> k, rows_from<T> v, int queries, int keys, T* o,
                                   std::ptrdiff_t ld_o, T* lse, std::ptrdiff_t stride_lse, T scale, const dropout_bits* bits,
                                   std::uint32_t row_base, int heads, int head, T* scratch, int size, bool joins, const visible_keys& seen) {
    constexpr int Q = query_block, K = key_block, S = attention_block<Input>::S, G = attention_block<Input>::together, w = lanes<T>;
    attention_block<Input> block(scratch, size, head, heads);
    const attention_bits drawn(row_base, heads, head, keys);
    const batch<T> scales(scale);
    for (int i = 0; keys == 0 && !joins && i < queries; ++i) {
        lse[i * stride_lse] = -std::numeric_limits<T>::infinity();
        for (int x = 0; x < size; ++x) o[i * ld_o + x] = 0;
    }
    for (int from = 0; from < keys; from += K) {
        const int many = keys - from < K ? keys - from : K, end = block.padded(many);
        const batch<T> edge = block.edge(many);
        const auto behind = [&](int j) { return j + w < end ? batch<T>(T(0)) : edge; };
        const rows_from<T> keys_here = k.from(from), values_here = v.from(from);
        block.expect(keys_here, many, keys);
        block.expect(values_here, many, keys);
        block.turned(keys_here, many, block.key_across);
        const word_rows<T> values = block.across(values_here, many, block.key_rows);
        for (int first = 0; first < queries; first += Q) {
            const int rows = queries - first < Q ? queries - first : Q;
            const bool starts = from == 0 && !joins;
            if (!starts && seen.none(first, rows, from, many, keys)) continue;
            block.expect(q.from(first), rows, queries);
            block.scores(block.along(q.from(first), rows, block.query_along), block.key_across, block.score, rows, many);
            const bool hides = !seen.all(first, rows, from, many, keys);
            if (hides) hide(block.score, S, seen, first, rows, from, many, keys);
            with_or_without(bits, [&](auto drops) {
                for (int i = 0; i < rows; i += G) { // rows up to a whole G: what stands there is read by nobody
                    T* const p = block.score + i * S;
                    const T* factor[std::size_t{G}];
                    if constexpr (drops) block.draw(*bits, drawn, first + i, queries, from, many, factor);
                    batch<T> top[std::size_t{G}], sum[std::size_t{G}];
                    for (auto& t : top) t = batch<T>(-std::numeric_limits<T>::infinity());
                    for (int j = 0; j < end; j += w)
                        unroll<G>([&, more = behind(j)](auto r) __attribute__((always_inline)) { top[r] = max(top[r], load(p + r * S + j) + more); });
                    unroll<G>([&](auto r) __attribute__((always_inline)) {
                        block.most[i + r] = scale * hmax(top[r]);
                        if (hides && block.most[i + r] == -std::numeric_limits<T>::infinity()) block.most[i + r] = 0; // sees none of these keys
                        top[r] = batch<T>(block.most[i + r]);
                        sum[r] = batch<T>(T(0));
                    });
                    for (int j = 0; j < end; j += w)
                        unroll<G>([&, more = behind(j)](auto r) __attribute__((always_inline)) {
                            const batch<T> e = exp(fma(load(p + r * S + j), scales, more - top[r]));
                            sum[r] += e;
                            if constexpr (drops) store(p + r * S + j, e * load(factor[r] + j));
                            else store(p + r * S + j, e);
                        });
                    unroll<G>([&](auto r) __attribute__((always_inline)) { block.sum[i + r] = hsum(sum[r]); });
                }
            });
            block.expect(o + first * ld_o, ld_o, rows, queries, true);
            block.round(block.score, rows, many);
            block.mix(block.score, values, block.result_along, block.lead, false, rows, many, block.width);
            for (int i = 0; i < rows; ++i) {
                T& kept = lse[(first + i) * stride_lse];
                if (hides && block.sum[i] == 0) {
                    if (!starts) continue;
                    kept = -std::numeric_limits<T>::infinity();
                    std::fill_n(o + (first + i) * ld_o, size, T(0));
                    continue;
                }
                const T fresh = block.most[i] + std::log(block.sum[i]);
                T old_weight = 0, weight = 1 / block.sum[i];
                if (starts) {
                    kept = fresh;
                } else { // join what the keys before gave
                    const T high = kept > fresh ? kept : fresh, low = kept > fresh ? fresh : kept,
                            joined = high + std::log1p(std::exp(low - high));
                    old_weight = std::exp(kept - joined);
                    weight = std::exp(block.most[i] - joined);
                    kept = joined;
                }
                const batch<T> a(weight), b(old_weight);
                T* const out = o + (first + i) * ld_o;
                const T* const here = block.result_along + i * block.lead;
                for (int x = 0; x < size; x += w) {
                    const int n = size - x < w ? size - x : w;
                    const batch<T> y = load(here + x) * a;
                    store(out + x, from > 0 || joins ? fma(load(out + x, n), b, y) : y, n);
                }
            }
        }
    }
    block.ahead.bring_all();
}

template <class Input, class T>
HONE_KERNEL void attention_backward(rows_from<T> q, rows_from<T> k, rows_from<T> v, int queries, int keys,
                                    const T* o, const T* d_o, std::ptrdiff_t ld_o, const T* lse, std::ptrdiff_t stride_lse, T scale,
                                    const dropout_bits* bits, std::uint32_t row_base, int heads, int head, T* d_q, std::ptrdiff_t ld_dq,
                                    T* d_k, T* d_v, std::ptrdiff_t ld_dkv, T* scratch, int size, bool adds, const visible_keys& seen) {
    constexpr int Q = query_block, K = key_block, S = attention_block<Input>::S, G = attention_block<Input>::together, w = lanes<T>;
    attention_block<Input> block(scratch, size, head, heads);
    const attention_bits drawn(row_base, heads, head, keys);
    const batch<T> scales(scale);
    for (int i = 0; keys == 0 && i < queries; ++i)
        for (int x = 0; x < size; ++x) d_q[i * ld_dq + x] = 0;
    for (int j = 0; queries == 0 && !adds && j < keys; ++j)
        for (int x = 0; x < size; ++x) d_k[j * ld_dkv + x] = d_v[j * ld_dkv + x] = 0;
    for (int from = 0; from < keys; from += K) {
        const int many = keys - from < K ? keys - from : K, end = block.padded(many);
        const batch<T> edge = block.edge(many);
        const auto behind = [&](int j) { return j + w < end ? batch<T>(T(0)) : edge; };
        const rows_from<T> keys_here = k.from(from), values_here = v.from(from);
        block.expect(keys_here, many, keys);
        block.expect(values_here, many, keys);
        block.turned(keys_here, many, block.key_across);
        block.turned(values_here, many, block.value_across);
        const word_rows<T> keys_across = block.across(keys_here, many, block.key_rows);
        block.expect(d_k + from * ld_dkv, ld_dkv, many, keys, true);
        block.expect(d_v + from * ld_dkv, ld_dkv, many, keys, true);
        bool written = adds; // d_k and d_v of these keys
        for (int first = 0; first < queries; first += Q) {
            const int rows = queries - first < Q ? queries - first : Q;
            if (seen.none(first, rows, from, many, keys)) {
                for (int i = first; from == 0 && i < first + rows; ++i) std::fill_n(d_q + i * ld_dq, size, T(0));
                continue;
            }
            const rows_from<T> queries_here = q.from(first), given{d_o + first * ld_o, ld_o, false};
            block.expect(queries_here, rows, queries);
            block.expect(given, rows, queries);
            block.expect(o + first * ld_o, ld_o, rows, queries, false);
            const word_rows<T> queries_along = block.along(queries_here, rows, block.query_along), given_along = block.along(given, rows, block.result_along);
            block.scores(queries_along, block.key_across, block.score, rows, many);
            block.scores(given_along, block.value_across, block.slope, rows, many);
            if (!seen.all(first, rows, from, many, keys)) hide(block.score, S, seen, first, rows, from, many, keys);
            with_or_without(bits, [&](auto drops) {
                for (int i = 0; i < rows; i += G) {
                    T *const p = block.score + i * S, *const s = block.slope + i * S;
                    const T* factor[std::size_t{G}];
                    if constexpr (drops) block.draw(*bits, drawn, first + i, queries, from, many, factor);
                    batch<T> mean[std::size_t{G}], whole[std::size_t{G}];
                    unroll<G>([&](auto r) __attribute__((always_inline)) {
                        const int row = i + r < rows ? i + r : rows - 1;
                        batch<T> product(T(0)); // the gradients' mean under the probabilities is do . o
                        for (int x = 0; x < size; x += w)
                            product = dot(given.at + row * ld_o + x, o + (first + row) * ld_o + x, size - x, product);
                        mean[r] = batch<T>(hsum(product));
                        whole[r] = batch<T>(lse[(first + row) * stride_lse]);
                    });
                    for (int j = 0; j < end; j += w)
                        unroll<G>([&, more = behind(j)](auto r) __attribute__((always_inline)) {
                            const batch<T> e = exp(fma(load(p + r * S + j), scales, more - whole[r])), slope = load(s + r * S + j);
                            if constexpr (drops) {
                                const batch<T> f = load(factor[r] + j);
                                store(p + r * S + j, e * f);
                                store(s + r * S + j, scales * e * (slope * f - mean[r]));
                            } else {
                                store(p + r * S + j, e);
                                store(s + r * S + j, scales * e * (slope - mean[r]));
                            }
                        });
                }
            });
            block.expect(d_q + first * ld_dq, ld_dq, rows, queries, true);
            block.mix_across(block.pairs(block.score, block.score_pairs, rows, end), block.across(given, rows, block.result_across, given_along), d_v + from * ld_dkv, ld_dkv,
                             written, rows, many);
            block.mix_across(block.pairs(block.slope, block.slope_pairs, rows, end), block.across(queries_here, rows, block.query_across, queries_along), d_k + from * ld_dkv, ld_dkv,
                             written, rows, many);
            written = true;
            if (block.pair_up) block.round(block.slope, rows, many); // otherwise rounded above
            block.mix(block.slope, keys_across, d_q + first * ld_dq, ld_dq, from > 0, rows, many, size);
        }
        for (int j = from; !written && queries > 0 && j < from + many; ++j) { // no query sees them
            std::fill_n(d_k + j * ld_dkv, size, T(0));
            std::fill_n(d_v + j * ld_dkv, size, T(0));
        }
    }
    block.ahead.bring_all();
}

} // namespace detail

/// Which of them are kept as bf16, two numbers in a word (products of bf16, heads of a multiple of 32 numbers); strides count numbers all the same.
struct kept_rounded {
    bool q = false, k = false, v = false;
};

/// Elements of scratch that a thread gives, forward and backward alike.
template <class Input, int H> constexpr std::ptrdiff_t attention_scratch(extent<H> head_size) {
    return detail::attention_block<Input>::scratch(head_size);
}

/// o (queries, head_size) = softmax(scale q k^T) v, with dropout on the probabilities where bits are given; lse gets the log of each
/// query's sum of exponentials. Pointers stand at the head's first column of the sequence's first row, which is row_base of the batch; attention_bits
/// says which bits are drawn. Where it `joins`, o and lse hold what other keys gave, and these count with them.
template <class Input, int H, class T = sum_of<Input>>
void attention_forward(const T* q, std::ptrdiff_t ld_q, const T* k, const T* v, std::ptrdiff_t ld_kv, int queries, int keys, T* o,
                       std::ptrdiff_t ld_o, T* lse, std::ptrdiff_t stride_lse, T scale, const dropout_bits* bits, std::uint32_t row_base,
                       int heads, int head, T* scratch, extent<H> head_size, bool joins = false, kept_rounded halves = {}, const visible_keys& seen = {}) {
    using rows = detail::rows_from<T>;
    detail::attention_forward<Input>(rows{q, ld_q, halves.q}, rows{k, ld_kv, halves.k}, rows{v, ld_kv, halves.v}, queries, keys, o, ld_o, lse,
                                     stride_lse, scale, bits, row_base, heads, head, scratch,
                                     head_size, joins, seen);
}

/// The gradients of q, k and v from that of o; o and lse as forward gave them for all keys together, of which these may be a part. d_q is
/// written; d_k and d_v too, or added to what stands there.
template <class Input, int H, class T = sum_of<Input>>
void attention_backward(const T* q, std::ptrdiff_t ld_q, const T* k, const T* v, std::ptrdiff_t ld_kv, int queries, int keys, const T* o,
                        const T* d_o, std::ptrdiff_t ld_o, const T* lse, std::ptrdiff_t stride_lse, T scale, const dropout_bits* bits,
                        std::uint32_t row_base, int heads, int head, T* d_q, std::ptrdiff_t ld_dq, T* d_k, T* d_v, std::ptrdiff_t ld_dkv,
                        T* scratch, extent<H> head_size, bool adds = false, kept_rounded halves = {}, const visible_keys& seen = {}) {
    using rows = detail::rows_from<T>;
    detail::attention_backward<Input>(rows{q, ld_q, halves.q}, rows{k, ld_kv, halves.k}, rows{v, ld_kv, halves.v}, queries, keys, o, d_o, ld_o, lse,
                                      stride_lse, scale, bits, row_base, heads, head, d_q,
                                      ld_dq, d_k, d_v, ld_dkv, scratch, head_size, adds, seen);
}

} // namespace hone::on_cpu::inline HONE_CPU
