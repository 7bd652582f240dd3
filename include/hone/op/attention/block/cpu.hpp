// A block of attention: 48 queries by 128 keys of one head, and the products between these. Rows of a head wider than a tile are read where they lie if
// they are words already; narrower ones are copied aside first: read in place they come late and meet in few sets of the first cache.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/transpose/cpu.hpp"
#include "hone/op/product/tile/cpu.hpp"
#include "hone/op/random/cpu.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace hone::on_cpu::inline HONE_CPU {

namespace detail {

inline constexpr int query_block = 48, key_block = 128; // 48: tiles of 8 and of 6 rows; 128: a block of dropout's columns

/// Rows of q, k or v, `ld` numbers apart; `half`: kept as bf16, two numbers in a word.
template <class T> struct rows_from {
    const T* at;
    std::ptrdiff_t ld;
    bool half;
    rows_from from(int first) const { return {at + first * stride(), ld, half}; }
    std::ptrdiff_t stride() const { return half ? ld / 2 : ld; }
};
/// Rows of words, as products read them.
template <class T> struct word_rows {
    const T* at;
    std::ptrdiff_t ld;
};

/// Rows that the next head needs come to the second cache while this one is computed, some at each tile: asked for all at once they would fill the queue of
/// misses, and everything would wait.
template <class T> struct rows_ahead {
    static constexpr int line = 64 / static_cast<int>(sizeof(T)), most = 8;
    struct slice {
        const T* row;
        std::ptrdiff_t ld;
        int rows, width, at_once;
        bool written;
    };
    slice wanted[std::size_t{most}];
    int count = 0, now = 0;

    void want(slice s) {
        if (count == most) bring_all();
        wanted[count++] = s;
    }
    void bring() {
        if (now == count) return;
        slice& s = wanted[now];
        const int rows = s.rows < s.at_once ? s.rows : s.at_once;
        const T* const row = s.row;
        if (s.written) fetch<1>(row, s.ld, rows, s.width);
        else fetch<0>(row, s.ld, rows, s.width);
        s.row += rows * s.ld;
        s.rows -= rows;
        now += s.rows == 0;
    }
    void bring_all() {
        while (now < count) bring();
        now = count = 0;
    }
    template <int Write> HONE_INLINE static void fetch(const T* row, std::ptrdiff_t ld, int rows, int width) {
        for (int i = 0; i < rows; ++i, row += ld)
            for (int x = 0; x < width; x += line) __builtin_prefetch(row + x, Write, 2);
    }
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
        const std::ptrdiff_t lead = lead_of(size), whole = 2 * Q * S + (4 * Q + K) * lead + 2 * S * wide(size) + together * K + 2 * Q;
        return whole + (pair_up ? Q * S : 0);
    }
    static constexpr int words(int n) { return (n + per - 1) / per; }

    int size, width, lead; ///< of the head; rounded up to whole tiles; from row to row, as S is of scores
    int before;            ///< heads before this one if it is the last of its sequence; else -1
    T *score, *slope, *query_along, *result_along, *query_across, *result_across, *key_rows, *key_across, *value_across, *factor, *most, *sum;
    rows_ahead<T> ahead;
    int at_once; ///< rows, about 24 lines
    T *score_pairs = nullptr, *slope_pairs = nullptr; ///< of bf16: words

    attention_block(T* p, int head_size, int head, int heads) : size(head_size), width(wide(head_size)), lead(lead_of(head_size)), before(head + 1 < heads ? -1 : head), at_once(1 + 24 * rows_ahead<T>::line / (head_size + 1)) {
        const auto take = [&](std::ptrdiff_t n) { return std::exchange(p, p + n); };
        score = take(Q * S);                               // (queries, keys): scores, then probabilities
        slope = take(Q * S);                               // (queries, keys): the gradient of the probabilities, then of the scores
        query_along = take(std::ptrdiff_t{Q} * lead);      // (queries, size): what cannot be read where it lies
        result_along = take(std::ptrdiff_t{Q} * lead);     // (queries, size): likewise of the gradient; forward: o of this block of keys
        query_across = take(std::ptrdiff_t{Q} * lead);     // (queries, width)
        result_across = take(std::ptrdiff_t{Q} * lead);
        key_rows = take(std::ptrdiff_t{K} * lead);         // (keys, width): forward v, backward k
        key_across = take(std::ptrdiff_t{S} * width);      // (size, keys)
        value_across = take(std::ptrdiff_t{S} * width);
        factor = take(together * K);
        most = take(Q);
        sum = take(Q);
        if constexpr (pair_up) score_pairs = take(Q * S / 2), slope_pairs = take(Q * S / 2);
    }

    /// Scores, which stand in rows of S, as words along the row, in their place.
    void round(T* scores, int queries, int keys) const {
        if constexpr (rounds)
            for (int i = 0; i < queries; ++i) operand<Input>::along(scores + i * S, scores + i * S, keys);
    }
    /// Each pair of rows of scores as one row of words in `to`; where words hold one number, rounded in their place.
    const T* pairs(T* scores, T* to, int queries, int keys) const {
        if constexpr (!pair_up) return round(scores, queries, keys), scores;
        else
            for (int i = 0; i < queries; i += per) operand<Input>::across(scores + i * S, i + 1 < queries ? scores + (i + 1) * S : nullptr, to + i / per * S, keys);
        return to;
    }

    /// The next head's slice of these rows, which lies beside this one, or where the next sequence begins, `all` rows from here: rows are too far apart for
    /// the machine to guess.
    void expect(const T* from, std::ptrdiff_t ld, int rows, int all, bool written, bool half = false) {
        const int n = half ? size / 2 : size;
        ahead.want({before < 0 ? from + n : from + all * ld - before * n, ld, rows, n, at_once * (1 + half), written});
    }
    void expect(rows_from<T> source, int rows, int all) { expect(source.at, source.stride(), rows, all, false, source.half); }
    /// One row, or two that share their words, as words; `next` may be null.
    void put(const T* row, const T* next, bool half, T* to, bool across) const {
        if constexpr (rounds)
            if (half) return across ? operand<Input>::across_rounded(row, next, to, size) : operand<Input>::along_rounded(row, to, size);
        across ? operand<Input>::across(row, next, to, size) : operand<Input>::along(row, to, size);
    }
    /// `many` rows as words along the row, for tiles of R rows: where they lie if that is what they are, else in `to`.
    word_rows<T> along(rows_from<T> source, int many, T* to) const {
        const std::ptrdiff_t ld = source.stride();
        if (many >= R && size > C && (!rounds || (pair_up && source.half))) return {source.at, ld};
        for (int i = 0; i < many; ++i) put(source.at + i * ld, nullptr, source.half, to + i * lead, false);
        return {to, lead};
    }
    /// `many` rows as words across them, readable for whole tiles: where they lie, where they stand already as words along them, or in `to`.
    word_rows<T> across(rows_from<T> source, int many, T* to, word_rows<T> made = {}) const {
        const std::ptrdiff_t ld = source.stride();
        if (!rounds && size == width && (size > C || made.at)) return size > C ? word_rows<T>{source.at, ld} : made;
        for (int i = 0; i < many; i += per) {
            T* const out = to + i / per * lead;
            put(source.at + i * ld, i + 1 < many ? source.at + (i + 1) * ld : nullptr, source.half, out, true);
            for (int x = size; x < width; ++x) out[x] = 0;
        }
        return {to, lead};
    }
    /// Words of (size, keys), zeros behind the keys; uses `key_rows` as it goes.
    void turned(rows_from<T> source, int keys, T* to) const {
        word_rows<T> all{source.at, source.stride()};
        if (rounds && !(pair_up && source.half)) {
            for (int j = 0; j < keys; ++j) put(all.at + j * all.ld, nullptr, source.half, key_rows + j * lead, false);
            all = {key_rows, lead};
        }
        transpose<true>(all.at, all.ld, keys, words(size), to, std::ptrdiff_t{S});
    }
    static int padded(int keys) { return (keys + lanes<T> - 1) / lanes<T> * lanes<T>; }

    /// out (queries, keys) = rows (queries, size) times across (size, keys). The last tile begins a whole tile before the end, over rows that are done:
    /// nothing behind the rows is read.
    void scores(word_rows<T> rows, const T* across, T* out, int queries, int keys) {
        const auto some = [&]<int Vectors>(extent<Vectors>, int j) {
            for (int i = 0; i < queries; i += R) {
                const int first = queries < R || i + R <= queries ? i : queries - R;
                ahead.bring();
                tile<Input, R, Vectors>(rows.at + first * rows.ld, extent<run_time>(static_cast<int>(rows.ld)), extent<1>(1), across + j, extent<S>(S), words(size),
                                        out + first * S + j, std::ptrdiff_t{S}, false, R, Vectors * lanes<T>);
            }
        };
        for (int j = 0; j < keys; j += C)
            if (keys - j > lanes<T>) some(extent<V>(), j);
            else some(extent<1>(), j);
        for (int i = queries; i % together != 0; ++i) // rows that are walked with the last ones
            for (int j = 0; j < keys; j += lanes<T>) store(out + i * S + j, batch<T>(T(0)));
    }
    /// out (queries, size) (+)= weights (queries, keys) times rows (keys, width).
    void mix(const T* weights, word_rows<T> rows, T* out, std::ptrdiff_t ld, bool add, int queries, int keys, int columns) {
        for (int i = 0; i < queries; i += R)
            for (int x = 0; x < columns; x += C) {
                ahead.bring();
                tile<Input, R, V>(weights + i * S, extent<S>(S), extent<1>(1), rows.at + x, extent<run_time>(static_cast<int>(rows.ld)), words(keys), out + i * ld + x, ld,
                                  add, queries - i < R ? queries - i : R, columns - x < C ? columns - x : C);
            }
    }
    /// out (keys, size) (+)= weights^T (keys, queries) times rows (queries, width).
    void mix_across(const T* weights, word_rows<T> rows, T* out, std::ptrdiff_t ld, bool add, int queries, int keys) {
        for (int j = 0; j < keys; j += R)
            for (int x = 0; x < size; x += C) {
                ahead.bring();
                tile<Input, R, V>(weights + j, extent<1>(1), extent<S>(S), rows.at + x, extent<run_time>(static_cast<int>(rows.ld)), words(queries), out + j * ld + x, ld,
                                  add, keys - j < R ? keys - j : R, size - x < C ? size - x : C);
            }
    }
    /// To be added to the last batch of a row of scores: what is behind the last key counts for nothing.
    static batch<T> edge(int keys) {
        T lane[std::size_t{lanes<T>}];
        for (int j = 0; j < lanes<T>; ++j) lane[j] = padded(keys) - lanes<T> + j < keys ? T(0) : -std::numeric_limits<T>::infinity();
        return load(lane);
    }
    /// Where dropout's factors stand of query i, a multiple of `together`, and of those behind it, for the `many` keys from `from` on; whatever behind these.
    void draw(const dropout_bits& bits, const attention_bits& at, int i, int queries, int from, int many, const T* (&rows)[std::size_t{together}]) const {
        const int each = at.queries < together ? at.queries : together; // that share bits, of these
        for (int r = 0; r < together; r += each) {
            T* const drawn = factor + r * K;
            if (((i + r) & (at.queries - 1)) == 0 && i + r < queries)
                dropout_row(bits, at.row(i + r), static_cast<std::uint32_t>(from), at.queries == 1 ? padded(many) : at.span * std::min(at.queries, queries - i - r), drawn);
            for (int k = 0; k < each; ++k) rows[r + k] = drawn + at.column(i + r + k);
        }
    }
};

} // namespace detail

} // namespace hone::on_cpu::inline HONE_CPU
