// The matrix products of a linear layer on a CPU: y = x w^T, dx = dy w (multiply) and dw = dy^T x (outer). Input is what is multiplied:
// float, double or bf16 (rounded while it is packed); results and everything read are sum_of<Input>. multiply reads w packed once: panels
// of `panel_columns` columns, words(k) x panel_columns words each, the last padded with zeros. k goes in chunks whose size depends on k
// alone, outer's rows in chunks of `outer_rows`; within a chunk an element is one chain of fused multiply-adds, and chunks are added in
// order: the same bits for any split over threads, any block of rows, any neighbours. Rows are copied aside, a tile or many at a time (at
// widths such as 1,024 they fall on one set of the cache), nothing is transposed. Fastest on boundaries of 64 bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/transpose/cpu.hpp"
#include "hone/op/product/tile/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

/// The register tile: 8 x 3 batches with 32 registers, 6 x 2 with 16. Blocks of rows are best multiples of tile_rows.
template <class T> inline constexpr int tile_vectors = registers == 32 ? 3 : 2;
template <class T> inline constexpr int tile_rows = registers == 32 ? 8 : 6;
template <class T> inline constexpr int panel_columns = tile_vectors<T> * lanes<T>;

template <class T> constexpr int panels(int n) { return (n + panel_columns<T> - 1) / panel_columns<T>; }
/// How many words k numbers of a sum take.
template <class Input> constexpr int words(int k) { return (k + operand<Input>::per_word - 1) / operand<Input>::per_word; }
/// Words of a packed k x n matrix.
template <class Input> constexpr std::ptrdiff_t packed_size(int k, int n) {
    return std::ptrdiff_t{panels<sum_of<Input>>(n)} * panel_columns<sum_of<Input>> * words<Input>(k);
}

namespace detail {

inline constexpr int chunk_limit = 384; // words of k: a tile of rows, or a panel, stays in the first cache
/// With 32 registers a tile of rows waits in the first cache while a group of panels passes from the second; with 16 a panel waits while many
/// tiles of rows pass: they bring a third of the bytes, and panels, which are read once a block, can be asked for long before.
template <class T> inline constexpr int rows_together = tile_rows<T> * (registers == 32 ? 1 : 64 / static_cast<int>(sizeof(T)));
template <class T> inline constexpr int rows_aside = registers == 32 ? 12 * tile_rows<T> : rows_together<T>; // for all groups of panels
inline constexpr int group_bytes = 640 * 1024; // of panels
constexpr int chunk_of(int k) {
    const int pieces = (k + chunk_limit - 1) / chunk_limit;
    return k < 1 ? 1 : pieces < 2 ? k : ((k + pieces - 1) / pieces + 7) / 8 * 8;
}
constexpr int smaller(int a, int b) { return a < b ? a : b; }
template <class T> constexpr int group_of(int chunk, int panels) { // equal groups
    if (registers < 32) return panels;
    const int fit = group_bytes / (chunk * panel_columns<T> * static_cast<int>(sizeof(T))), groups = (panels + fit - 1) / fit;
    return groups < 2 ? panels : (panels + groups - 1) / groups;
}

/// Asks for n numbers to come to the second cache while something is computed.
template <class T> HONE_INLINE void fetch(const T* p, int n) {
    for (int j = 0; j < n; j += 64 / static_cast<int>(sizeof(T))) __builtin_prefetch(p + j, 0, 2);
}

/// Words along and across the sum, from numbers or from rows that are kept rounded.
template <class Input, class T> HONE_INLINE void along(const T* in, T* out, int n, bool rounded) {
    if constexpr (operand<Input>::rounds)
        if (rounded) return operand<Input>::along_rounded(in, out, n);
    operand<Input>::along(in, out, n);
}
template <class Input, class T> HONE_INLINE void across(const T* in, const T* next, T* out, int n, bool rounded) {
    if constexpr (operand<Input>::rounds)
        if (rounded) return operand<Input>::across_rounded(in, next, out, n);
    operand<Input>::across(in, next, out, n);
}

template <class Input, class T>
HONE_KERNEL void multiply(const T* a, std::ptrdiff_t lda, int rows, const T* packed, T* c, std::ptrdiff_t ldc, bool add, int k, int n,
                          int first_panel, int last_panel, bool rounded) {
    constexpr int R = tile_rows<T>, V = tile_vectors<T>, C = panel_columns<T>, small = R / 2, stride = chunk_limit + 16, A = rows_together<T>, S = rows_aside<T>;
    constexpr int per = operand<Input>::per_word;
    alignas(64) T side[std::size_t{S} * stride];
    const extent<stride> row(stride);
    const extent<1> step(1);
    const extent<C> next(C);
    const int whole = words<Input>(k), chunk = chunk_of(whole), group = group_of<T>(chunk, last_panel - first_panel);
    const bool again = 2 * group < last_panel - first_panel; // rows wait for more groups
    if (k == 0 && !add)
        for (int i = 0; i < rows; ++i)
            for (int j = first_panel * C; j < smaller(n, last_panel * C); ++j) c[i * ldc + j] = 0;
    for (int l = 0; l < whole; l += chunk) {
        const int depth = smaller(chunk, whole - l), numbers = smaller(depth * per, k - l * per);
        const T* const in = a + (rounded ? l * per / 2 : l * per); // a chunk is an even number of words
        const bool sum = add || l > 0;
        for (int piece = 0; piece < rows; piece += S)
            for (int from = first_panel; from < last_panel; from += group) {
                const int to = smaller(last_panel, from + group);
                for (int i = piece; i < rows && i < piece + S; i += A) {
                    const int here = smaller(A, rows - i), full = here / R * R, rest = here - full, padded = rest > small ? R : rest > 1 ? small : rest;
                    T* const tiles = side + (again ? i - piece : 0) * stride;
                    if (!again || from == first_panel) {
                        for (int r = 0; r < here; ++r) along<Input>(in + (i + r) * lda, tiles + r * stride, numbers, rounded);
                        for (int r = here; r < full + padded; ++r) // what is not there adds nothing
                            for (int x = 0; x < depth; ++x) tiles[r * stride + x] = 0;
                    }
                    const int share = depth * C / (here / R + 1) / 16 * 16 + 16; // of the panel that comes next, while one tile is computed
                    for (int p = from; p < to; ++p) {
                        const T* const b = packed + (std::ptrdiff_t{p} * whole + l) * C;
                        T* const out = c + i * ldc + p * C;
                        const int columns = smaller(C, n - p * C);
                        for (int r = p - from; A == R && r < R && i + R + r < rows; r += to - from) { // the next tile of rows comes in meanwhile
                            if (!again || from == first_panel) fetch(in + (i + R + r) * lda, numbers / (1 + rounded));
                            else if (i + R < piece + S) fetch(tiles + (R + r) * stride, depth);
                        }
                        int ahead = A == R || p + 1 == to ? depth * C : 0;
                        const auto a_tile = [&]<int Rows>(extent<Rows>, int r) __attribute__((always_inline)) {
                            fetch(b + std::ptrdiff_t{whole} * C + ahead, smaller(share, depth * C - ahead));
                            ahead += share;
                            tile<Input, Rows, V>(tiles + r * stride, row, step, b, next, depth, out + r * ldc, ldc, sum, smaller(Rows, here - r), columns);
                        };
                        for (int r = 0; r < full; r += R) a_tile(extent<R>(), r);
                        if (padded == R) a_tile(extent<R>(), full);
                        else if (padded == small) a_tile(extent<small>(), full);
                        else if (padded == 1) a_tile(extent<1>(), full);
                    }
                }
            }
    }
}

} // namespace detail

/// Panels first_panel .. last_panel - 1 of B = w^T, w is n x k: for y = x w^T. Threads may share the panels out.
template <class Input, class T = sum_of<Input>>
HONE_KERNEL void pack_transposed(const T* w, T* packed, int k, int n, int first_panel, int last_panel) {
    constexpr int C = panel_columns<T>, per = operand<Input>::per_word, at_once = 64; // words of a row of w
    const int whole = words<Input>(k);
    for (int p = first_panel; p < last_panel; ++p) {
        T* const out = packed + std::ptrdiff_t{p} * C * whole;
        const T* const in = w + std::ptrdiff_t{p} * C * k;
        const int columns = detail::smaller(C, n - p * C);
        if constexpr (!operand<Input>::rounds) {
            transpose(in, std::ptrdiff_t{k}, columns, k, out, std::ptrdiff_t{C});
        } else {
            alignas(64) T side[std::size_t{C} * at_once];
            for (int l = 0; l < whole; l += at_once) {
                const int here = detail::smaller(at_once, whole - l), numbers = detail::smaller(here * per, k - l * per);
                for (int j = 0; j < columns; ++j) {
                    detail::fetch(in + std::ptrdiff_t{j} * k + (l + at_once) * per, detail::smaller(at_once * per, k - (l + at_once) * per));
                    operand<Input>::along(in + std::ptrdiff_t{j} * k + l * per, side + j * at_once, numbers);
                }
                transpose(static_cast<const T*>(side), std::ptrdiff_t{at_once}, columns, here, out + std::ptrdiff_t{l} * C, std::ptrdiff_t{C});
            }
        }
        for (int l = 0; columns < C && l < whole; ++l)
            for (int j = columns; j < C; ++j) out[l * C + j] = 0;
    }
}

/// Panels first_panel .. last_panel - 1 of B = w, w is k x n: for dx = dy w.
template <class Input, class T = sum_of<Input>>
HONE_KERNEL void pack(const T* w, T* packed, int k, int n, int first_panel, int last_panel) {
    constexpr int C = panel_columns<T>, per = operand<Input>::per_word, together = 4, ahead = 16; // panels; rows that are asked for meanwhile
    const int whole = words<Input>(k);
    for (int from = first_panel; from < last_panel; from += together) {
        const int to = detail::smaller(last_panel, from + together), full = detail::smaller(to * C, n) / C;
        for (int l = 0; l < whole; ++l) {
            const bool pair = per > 1 && l * per + 1 < k, more = (l + ahead + 1) * per <= k;
            for (int p = from; p < to; ++p) {
                T* const out = packed + (std::ptrdiff_t{p} * whole + l) * C;
                const T* const in = w + std::ptrdiff_t{l} * per * n + p * C;
                if (p < full) {
                    for (int r = 0; r < per && more; ++r) detail::fetch(in + std::ptrdiff_t{ahead * per + r} * n, C);
                    operand<Input>::across(in, pair ? in + n : nullptr, out, C);
                } else {
                    operand<Input>::across(in, pair ? in + n : nullptr, out, n - p * C);
                    for (int j = n - p * C; j < C; ++j) out[j] = 0;
                }
            }
        }
    }
}

/// c (rows x n) (+)= a (rows x k) B, for the columns of panels first_panel .. last_panel - 1; c points at column 0. `rounded`: the rows of
/// a are words already, k is even and lda counts words.
template <class Input, int K, int N, class T = sum_of<Input>>
void multiply(const T* a, std::ptrdiff_t lda, int rows, const T* packed, T* c, std::ptrdiff_t ldc, bool add, extent<K> k, extent<N> n,
              int first_panel, int last_panel, bool rounded = false) {
    detail::multiply<Input>(a, lda, rows, packed, c, ldc, add, k, n, first_panel, last_panel, rounded);
}
template <class Input, int K, int N, class T = sum_of<Input>>
void multiply(const T* a, std::ptrdiff_t lda, int rows, const T* packed, T* c, std::ptrdiff_t ldc, bool add, extent<K> k, extent<N> n,
              bool rounded = false) {
    detail::multiply<Input>(a, lda, rows, packed, c, ldc, add, k, n, 0, panels<T>(n), rounded);
}

/// Rows of the gradient are tiles of outer_tile; its sums go over outer_rows rows at a time.
template <class T> inline constexpr int outer_tile = tile_rows<T>;
inline constexpr int outer_words = registers == 32 ? 256 : 128; // along the sum
template <class Input> inline constexpr int outer_rows = outer_words * operand<Input>::per_word;

namespace detail {

template <class T> inline constexpr int outer_block = (registers == 32 ? 12 : 24) * outer_tile<T>;  // columns of a packed at a time
template <class T> inline constexpr int outer_panels = (registers == 32 ? 16 : 48);                 // panels of b packed at a time
template <class T> inline constexpr std::ptrdiff_t outer_panel = outer_words* panel_columns<T> + 16; // from one panel of b to the next
template <class T>
inline constexpr int outer_stride = outer_words* outer_tile<T> + 16; // from one tile of a to the next: not a multiple of a page

/// A row of words of a, `width` of them, dealt out to tiles of outer_tile; zeros behind.
template <class Input, class T> HONE_INLINE void pack_side(const T* in, const T* next, T* side, int width, bool rounded) {
    constexpr int R = outer_tile<T>;
    alignas(64) T row[std::size_t{outer_block<T>}];
    if constexpr (operand<Input>::rounds) {
        across<Input>(in, next, row, width, rounded);
        in = row;
    }
    for (int t = 0; t < width; t += R) {
        T* const out = side + t / R * outer_stride<T>;
        if (width - t >= R) std::memcpy(out, in + t, sizeof(T) * R);
        else
            for (int x = 0; x < R; ++x) out[x] = x < width - t ? in[t + x] : T(0);
    }
}

template <class Input, class T>
HONE_KERNEL void outer(const T* a, std::ptrdiff_t lda, const T* b, std::ptrdiff_t ldb, int rows, T* c, std::ptrdiff_t ldc, bool add,
                       int first, int last, T* scratch, int n, bool a_rounded, bool b_rounded) {
    constexpr int R = outer_tile<T>, V = tile_vectors<T>, C = panel_columns<T>, per = operand<Input>::per_word, many = outer_rows<Input>;
    T *const side = scratch, *const wide = scratch + outer_block<T> / R * outer_stride<T>;
    if (rows == 0 && !add)
        for (int i = first; i < last; ++i)
            for (int j = 0; j < n; ++j) c[i * ldc + j] = 0;
    for (int from = 0; from < panels<T>(n); from += outer_panels<T>) {
        const int to = smaller(panels<T>(n), from + outer_panels<T>);
        for (int l = 0; l < rows; l += many) {
            const int depth = words<Input>(smaller(many, rows - l));
            const bool sum = add || l > 0;
            for (int r = 0; r < depth; ++r) {
                const bool pair = per > 1 && l + r * per + 1 < rows;
                for (int p = from; p < to; ++p) {
                    const T* const in = b + (l + r * per) * ldb + (b_rounded ? p * C / 2 : p * C);
                    T* const out = wide + (p - from) * outer_panel<T> + r * C;
                    const int columns = smaller(C, n - p * C);
                    if (columns == C) {
                        across<Input>(in, pair ? in + ldb : nullptr, out, C, b_rounded);
                        continue;
                    }
                    across<Input>(in, pair ? in + ldb : nullptr, out, columns, b_rounded);
                    for (int j = columns; j < C; ++j) out[j] = 0;
                }
            }
            for (int i = first; i < last; i += outer_block<T>) {
                const int width = smaller(outer_block<T>, last - i);
                for (int r = 0; r < depth; ++r) {
                    const T* const in = a + (l + r * per) * lda + (a_rounded ? i / 2 : i);
                    pack_side<Input>(in, per > 1 && l + r * per + 1 < rows ? in + lda : nullptr, side + r * R, width, a_rounded);
                }
                const bool same = i + width < last; // what is packed next: other columns of a, or the next rows of both
                const int next = same ? l : l + many, column = same ? i + width : first;
                const int rows_ahead = smaller(many, rows - next), share = 1 + rows_ahead * R / (width * (to - from));
                int ahead = 0;
                for (int p = from; p < to; ++p)
                    for (int t = 0; t < width; t += R) {
                        for (int x = 0; x < share && ahead < rows_ahead; ++x, ++ahead) {
                            fetch(a + (next + ahead) * lda + column / (1 + a_rounded), smaller(outer_block<T>, last - column) / (1 + a_rounded));
                            if (!same) fetch(b + (next + ahead) * ldb + from * C / (1 + b_rounded), smaller((to - from) * C, n - from * C) / (1 + b_rounded));
                        }
                        tile<Input, R, V>(side + t / R * outer_stride<T>, extent<1>(1), extent<R>(R), wide + (p - from) * outer_panel<T>,
                                          extent<C>(C), depth, c + (i + t) * ldc + p * C, ldc, sum, smaller(R, width - t),
                                          smaller(C, n - p * C));
                    }
            }
        }
    }
}

} // namespace detail

/// Elements of scratch that a thread gives to outer.
template <class T> constexpr std::ptrdiff_t outer_scratch(int /*m*/, int n) {
    using namespace detail;
    return std::ptrdiff_t{outer_block<T>} / outer_tile<T> * outer_stride<T> + smaller(panels<T>(n), outer_panels<T>) * outer_panel<T>;
}

/// A thread's part of c (m x n) (+)= the sum over r of a[r][i] b[r][j]; a is rows x m, b is rows x n. No rows: zeros, or c as it is. Whoever has a part of
/// one side packs all of the other: the longer side is shared out. A rounded operand is kept as words: an even width, its lead counted in words.
template <class Input, class T = sum_of<Input>>
void outer(const T* a, std::ptrdiff_t lda, const T* b, std::ptrdiff_t ldb, int rows, T* c, std::ptrdiff_t ldc, bool add, int thread, int threads,
           T* scratch, int m, int n, bool a_rounded = false, bool b_rounded = false) {
    static_assert(panel_columns<T> % 2 == 0, "rows that are kept rounded are cut between words");
    const bool across = n > m;
    const int piece = across ? panel_columns<T> : outer_tile<T>, whole = across ? n : m, pieces = (whole + piece - 1) / piece;
    const auto until = [&](int t) { return detail::smaller(whole, static_cast<int>(static_cast<long>(pieces) * t / threads) * piece); };
    const int from = until(thread), to = until(thread + 1);
    if (from == to) return;
    if (across) detail::outer<Input>(a, lda, b + (b_rounded ? from / 2 : from), ldb, rows, c + from, ldc, add, 0, m, scratch, to - from, a_rounded, b_rounded);
    else detail::outer<Input>(a, lda, b, ldb, rows, c, ldc, add, from, to, scratch, n, a_rounded, b_rounded);
}

} // namespace hone::on_cpu::inline HONE_CPU
