// Muon's iteration on a CPU: three matrix products a round, by the kernels of a linear layer. A
// tall matrix is done turned.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/transpose/cpu.hpp"
#include "hone/op/product/cpu.hpp"
#include "hone/optimizer/cpu.hpp"

namespace hone::on_cpu::inline HONE_CPU {

namespace detail {

/// Where the iteration works: X and its successor (n x m), A and A A (n x n), packed panels.
template <class T>
struct orthogonal_room {
    long n, m, wide, square, packed;
    orthogonal_room(long rows, long columns)
        : n(std::min(rows, columns)), m(std::max(rows, columns)) {
        const auto panels_of = [](long k, long width) {
            return static_cast<long>(packed_size<T>(static_cast<int>(k), static_cast<int>(width)));
        };
        wide = whole_lines(n * m);
        square = whole_lines(n * n);
        packed = whole_lines(std::max(panels_of(m, n), panels_of(n, m)));
    }
    long size() const { return 2 * wide + 2 * square + packed; }
};

/// c (rows x n) (+)= a (rows x k) B, B = b^T (n x k) or, where `as_it_lies`, b (k x n).
template <class T>
void multiply_all(const T* a, const T* b, T* c, long rows, long k, long n, bool as_it_lies,
                  bool add, T* packed, team& workers) {
    const int depth = static_cast<int>(k), width = static_cast<int>(n), all = panels<T>(width),
              tiles = static_cast<int>((rows + tile_rows<T> - 1) / tile_rows<T>);
    const auto part = [](int of, int thread, int threads) {
        return static_cast<int>(static_cast<long>(of) * thread / threads);
    };
    workers.run([&](int thread, int threads) {
        const int first = part(all, thread, threads), last = part(all, thread + 1, threads);
        if (as_it_lies) pack<T>(b, packed, depth, width, first, last);
        else pack_transposed<T>(b, packed, depth, width, first, last);
        workers.barrier();
        const long from = part(tiles, thread, threads) * long{tile_rows<T>},
                   to = std::min(rows, part(tiles, thread + 1, threads) * long{tile_rows<T>});
        if (from < to)
            multiply<T>(a + from * k, k, static_cast<int>(to - from), packed, c + from * n, n, add,
                        depth, width, 0, all, false);
    });
}
/// to = f * from, in chunks.
template <class T>
void scaled_copy(const T* from, T factor, T* to, long count, team& workers) {
    in_chunks(workers, count, [&](long first, long last) {
        for (long i = first; i < last; ++i) to[i] = factor * from[i];
    });
}

} // namespace detail

template <class T>
long orthogonalize_scratch(long rows, long columns) {
    return detail::orthogonal_room<T>(rows, columns).size();
}

/// out = the iteration's result from scale * in, whose rows are joined end to end; `in` may be
/// `out`.
template <class T>
void orthogonalize(const T* in, double scale, T* out, long rows, long columns,
                   const double (&coefficients)[3], int iterations, T* scratch, team& workers) {
    const detail::orthogonal_room<T> room(rows, columns);
    const long n = room.n, m = room.m;
    const bool turned = rows > columns;
    T *x = scratch, *next = x + room.wide, *const a = next + room.wide, *const aa = a + room.square,
      *const packed = aa + room.square;
    const T first = static_cast<T>(coefficients[0]), second = static_cast<T>(coefficients[1]),
            third = static_cast<T>(coefficients[2]);
    if (turned) {
        transpose(in, std::ptrdiff_t{columns}, static_cast<int>(rows), static_cast<int>(columns),
                  next, std::ptrdiff_t{rows});
        detail::scaled_copy(next, static_cast<T>(scale), x, n * m, workers);
    } else detail::scaled_copy(in, static_cast<T>(scale), x, n * m, workers);
    for (int i = 0; i < iterations; ++i) {
        detail::multiply_all(x, x, a, n, m, n, false, false, packed, workers);
        detail::multiply_all(a, a, aa, n, n, n, false, false, packed, workers); // A is symmetric
        in_chunks(workers, n * n, [&](long from, long to) {
            for (long k = from; k < to; ++k) aa[k] = second * a[k] + third * aa[k];
        });
        detail::scaled_copy(x, first, next, n * m, workers);
        detail::multiply_all(aa, x, next, n, n, m, true, true, packed, workers);
        std::swap(x, next);
    }
    if (turned)
        transpose(x, std::ptrdiff_t{rows}, static_cast<int>(columns), static_cast<int>(rows), out,
                  std::ptrdiff_t{columns});
    else std::copy_n(x, n * m, out);
}

} // namespace hone::on_cpu::inline HONE_CPU
