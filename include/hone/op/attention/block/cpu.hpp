// A block of attention: 48 queries by 128 keys of one head, with what is copied aside of them, and the products between these.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/product/tile/cpu.hpp"
#include "hone/op/random/cpu.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hone::cpu::inline HONE_CPU {

namespace detail {

inline constexpr int query_block = 48, key_block = 128; // 48: tiles of 8 and of 6 rows; 128: a block of dropout's columns

/// Rows of q, k or v, `ld` numbers apart; `half`: kept as bf16, two numbers in a word.
template <class T> struct rows_from {
    const T* at;
    std::ptrdiff_t ld;
    bool half;
    std::ptrdiff_t stride() const { return half ? ld / 2 : ld; }
};

/// What one call works with: `width` is the head's size rounded up to whole tiles.
template <class Input> struct attention_block {
    using T = sum_of<Input>;
    static constexpr int per = operand<Input>::per_word;
    static constexpr bool rounds = operand<Input>::rounds, pair_up = per > 1; ///< words are other than the numbers; and hold two
    static constexpr int R = registers == 32 ? 8 : 6, V = 2, C = V * lanes<T>, Q = query_block, K = key_block;
    static constexpr int apart = registers == 32 ? 0 : 16, S = K + apart; ///< rows of a power of two would meet in few sets of the first cache
    static constexpr int together = registers == 32 ? 4 : 2; ///< rows of scores whose exponentials are computed side by side
    static constexpr int wide(int size) { return (size + C - 1) / C * C; }
    static constexpr int lead_of(int size) { return wide(size) + apart; }
    static constexpr std::ptrdiff_t scratch(int size) {
        const std::ptrdiff_t lead = lead_of(size), whole = 2 * Q * S + (2 * Q + K) * lead + 2 * S * wide(size) + together * K + 2 * Q;
        return whole + (rounds ? 2 * Q * lead : 0) + (pair_up ? Q * S + (K / 2 + Q) * lead : 0);
    }
    static constexpr int words(int n) { return (n + per - 1) / per; }

    int size, width, lead; ///< of the head; rounded up to whole tiles; from row to row, as S is of scores
    T *score, *slope, *query, *result, *key, *key_across, *value_across, *factor, *most, *sum;
    T *query_along = nullptr, *result_along = nullptr, *query_pairs = nullptr, *result_pairs = nullptr, *key_pairs = nullptr; ///< of bf16: words
    T *score_pairs = nullptr, *slope_pairs = nullptr;

    attention_block(T* p, int head_size) : size(head_size), width(wide(head_size)), lead(lead_of(head_size)) {
        const auto take = [&](std::ptrdiff_t n) { return std::exchange(p, p + n); };
        score = take(Q * S);                          // (queries, keys): scores, then probabilities
        slope = take(Q * S);                          // (queries, keys): the gradient of the probabilities, then of the scores
        query = take(std::ptrdiff_t{Q} * lead);       // (queries, width), times scale
        result = take(std::ptrdiff_t{Q} * lead);      // (queries, width): o of this block of keys; backward: its gradient
        key = take(std::ptrdiff_t{K} * lead);         // (keys, width): forward v; backward k times scale
        key_across = take(std::ptrdiff_t{S} * width); // (size, keys)
        value_across = take(std::ptrdiff_t{S} * width);
        factor = take(together * K);
        most = take(Q);
        sum = take(Q);
        if constexpr (rounds) {
            query_along = take(std::ptrdiff_t{Q} * lead), result_along = take(std::ptrdiff_t{Q} * lead);
        }
        if constexpr (pair_up) {
            score_pairs = take(Q * S / 2), slope_pairs = take(Q * S / 2);
            key_pairs = take(std::ptrdiff_t{K / 2} * lead);
            query_pairs = take(std::ptrdiff_t{Q / 2} * lead), result_pairs = take(std::ptrdiff_t{Q / 2} * lead);
        }
    }

    /// `n` numbers of each of `rows` rows as words along the row; numbers that are words are left where they are. `to` may be `from`.
    const T* along(const T* from, T* to, std::ptrdiff_t ld, int rows, int n) const {
        if constexpr (!rounds) return from;
        else
            for (int i = 0; i < rows; ++i) operand<Input>::along(from + i * ld, to + i * ld, n);
        return to;
    }
    /// `n` numbers of `rows` rows, each pair of rows as one row of words; where words hold one number, rounded where they lie.
    const T* pairs(T* from, T* to, std::ptrdiff_t ld, int rows, int n) const {
        if constexpr (!pair_up) return along(from, from, ld, rows, n);
        else
            for (int i = 0; i < rows; i += per) operand<Input>::across(from + i * ld, i + 1 < rows ? from + (i + 1) * ld : nullptr, to + i / per * ld, n);
        return to;
    }

    /// The next head's slice, which lies beside this one, comes in meanwhile: rows are too far apart for the machine to guess.
    template <int Write = 0> void expect(const T* from, std::ptrdiff_t ld, int rows, bool half = false) const {
        const int n = half ? size / 2 : size;
        for (int i = 0; i < rows; ++i)
            for (int x = n; x < 2 * n; x += 64 / static_cast<int>(sizeof(T))) __builtin_prefetch(from + i * ld + x, Write, 2);
    }
    /// rows x size numbers times `scale` into rows of `width`, zeros behind them. Rows that are kept rounded are so wide that nothing is behind.
    void gather(rows_from<T> source, int first, int rows, T scale, T* to) const {
        const batch<T> s(scale);
        const std::ptrdiff_t ld = source.stride();
        const T* const from = source.at + first * ld;
        expect(from, ld, rows, source.half);
        if constexpr (rounds)
            if (source.half) {
                for (int i = 0; i < rows; ++i) {
                    for (int x = 0; x < size; x += lanes<T>) store(to + i * lead + x, operand<Input>::widen(from + i * ld, x) * s);
                    for (int x = size; x < width; x += lanes<T>) store(to + i * lead + x, batch<T>(T(0)));
                }
                return;
            }
        for (int i = 0; i < rows; ++i)
            for (int x = 0; x < width; x += lanes<T>) {
                const int n = size - x;
                store(to + i * lead + x, n >= lanes<T> ? load(from + i * ld + x) * s
                                          : n > 0       ? load(from + i * ld + x, n) * s
                                                        : batch<T>(T(0)));
            }
    }
    /// Words of (size, keys), zeros behind the keys; uses `key` as it goes.
    void gather_across(rows_from<T> source, int first, int keys, T* to) const {
        const std::ptrdiff_t ld = source.stride();
        const T* const from = source.at + first * ld;
        expect(from, ld, keys, source.half);
        if (const int last = keys / lanes<T> * lanes<T>; last < keys)
            for (int x = 0; x < words(size); ++x) store(to + x * S + last, batch<T>(T(0)));
        if constexpr (!rounds) transpose(from, ld, keys, size, to, std::ptrdiff_t{S});
        else {
            for (int j = 0; j < keys; ++j)
                if (source.half) operand<Input>::along_rounded(from + j * ld, key + j * lead, size);
                else operand<Input>::along(from + j * ld, key + j * lead, size);
            transpose(static_cast<const T*>(key), std::ptrdiff_t{lead}, keys, words(size), to, std::ptrdiff_t{S});
        }
    }
    static int padded(int keys) { return (keys + lanes<T> - 1) / lanes<T> * lanes<T>; }

    /// out (queries, keys) = rows (queries, size) times across (size, keys). Rows up to a whole tile are written: out has them.
    void scores(const T* rows, const T* across, T* out, int queries, int keys) const {
        const auto some = [&]<int Vectors>(extent<Vectors>, int j) {
            for (int i = 0; i < queries; i += R)
                tile<Input, R, Vectors>(rows + i * lead, extent<run_time>(lead), extent<1>(1), across + j, extent<S>(S), words(size), out + i * S + j,
                           std::ptrdiff_t{S}, false, R, Vectors * lanes<T>);
        };
        for (int j = 0; j < keys; j += C)
            if (keys - j > lanes<T>) some(extent<V>(), j);
            else some(extent<1>(), j);
    }
    /// out (queries, size) (+)= weights (queries, keys) times rows (keys, width).
    void mix(const T* weights, const T* rows, T* out, std::ptrdiff_t ld, bool add, int queries, int keys, int columns) const {
        for (int i = 0; i < queries; i += R)
            for (int x = 0; x < columns; x += C)
                tile<Input, R, V>(weights + i * S, extent<S>(S), extent<1>(1), rows + x, extent<run_time>(lead), words(keys), out + i * ld + x, ld, add,
                           queries - i < R ? queries - i : R, columns - x < C ? columns - x : C);
    }
    /// out (keys, size) (+)= weights^T (keys, queries) times rows (queries, width).
    void mix_across(const T* weights, const T* rows, T* out, std::ptrdiff_t ld, bool add, int queries, int keys) const {
        for (int j = 0; j < keys; j += R)
            for (int x = 0; x < size; x += C)
                tile<Input, R, V>(weights + j, extent<1>(1), extent<S>(S), rows + x, extent<run_time>(lead), words(queries), out + j * ld + x, ld, add,
                           keys - j < R ? keys - j : R, size - x < C ? size - x : C);
    }
    /// To be added to the last batch of a row of scores: what is behind the last key counts for nothing.
    static batch<T> edge(int keys) {
        T lane[std::size_t{lanes<T>}];
        for (int j = 0; j < lanes<T>; ++j) lane[j] = padded(keys) - lanes<T> + j < keys ? T(0) : -std::numeric_limits<T>::infinity();
        return load(lane);
    }
    /// Where dropout's factors stand of query i, a multiple of `together`, and of those behind it, for the `many` keys from `from` on; whatever behind these.
    void draw(const dropout_bits& bits, const attention_bits& at, int i, int queries, int from, int many, const T* (&rows)[std::size_t{together}]) const {
        for (int r = 0; r < together; ++r) {
            T* const drawn = factor + (i + r) / at.queries % together * K;
            if ((i + r) % at.queries == 0 && i + r < queries)
                dropout_row(bits, at.row(i + r), static_cast<std::uint32_t>(from), at.queries == 1 ? padded(many) : at.span * std::min(at.queries, queries - i - r), drawn);
            rows[r] = drawn + at.column(i + r);
        }
    }
};

} // namespace detail

} // namespace hone::cpu::inline HONE_CPU
