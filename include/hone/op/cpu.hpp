// The CPU side of the ops that are not elementwise, as the plan calls them: products on a block of rows, weight gradients, attention
// and table gradients over everything, rows read elsewhere, random rows. Each hands its shapes to the kernel in its own folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <limits>

#include "hone/op/attention/heads/cpu.hpp"
#include "hone/op/kronecker/cpu.hpp"
#include "hone/op/leading/cpu.hpp"
#include "hone/op/product/cpu.hpp"
#include "hone/op/product/product.hpp"
#include "hone/op/product/turned/cpu.hpp"
#include "hone/op/random/cpu.hpp"
#include "hone/op/random/dropout.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/op/rows/cpu.hpp"
#include "hone/tensor/trained.hpp"

namespace hone::cpu::inline HONE_CPU {

/// A product on a block of rows: y = x B, with B packed; rows in scratch are the block's own.
template <class Input, class T>
void multiply_rows(const access<T>& a, const T* packed, int first, int last, int k, int n) {
    const int stride = a.of(0).stride(a.classes);
    const T* const x = a.argument(0) + (a.of(0).where == store::scratch ? 0 : static_cast<long>(first) * stride);
    T* const y = a.result + (a.self().where == store::scratch ? 0 : static_cast<long>(first) * n);
    multiply<Input>(x, stride, last - first, packed, y, n, false, extent<run_time>(k), extent<run_time>(n), a.of(0).half);
}
template <>
struct kernel<product_> { // y = x W^T
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(1), a.result_width());
    }
    template <class Input, class T>
    static void pack(const access<T>& a, T* to, int thread, int threads) {
        if (a.panels(1)) return;
        const int n = a.result_width(), p = panels<T>(n);
        pack_transposed<Input>(a.argument(1), to, a.width(1), n, share(p, thread, threads), share(p, thread + 1, threads));
    }
    template <class Input, class T>
    static void multiply(const access<T>& a, const T* packed, int first, int last) {
        const T* const once = a.panels(1);
        multiply_rows<Input>(a, once ? once : packed, first, last, a.width(1), a.result_width());
    }
};
template <>
struct kernel<product_back_> { // dx = dy W
    template <class Input, class T>
    static constexpr long packed(const call<T>& a) {
        return packed_size<Input>(a.width(0), a.result_width());
    }
    template <class Input, class T>
    static void pack(const access<T>& a, T* to, int thread, int threads) {
        const int n = a.result_width(), p = panels<T>(n), from = share(p, thread, threads), until = share(p, thread + 1, threads);
        if (const T* const once = a.panels(1)) pack_turned<Input>(once, to, a.width(0), n, from, until);
        else hone::cpu::pack<Input>(a.argument(1), to, a.width(0), n, from, until);
    }
    template <class Input, class T>
    static void multiply(const access<T>& a, const T* packed, int first, int last) {
        multiply_rows<Input>(a, packed, first, last, a.width(0), a.result_width());
    }
};
template <>
struct kernel<outer_> { // dW = dy^T x
    template <class Input, class T>
    static constexpr long scratch(const call<T>& a) {
        return outer_scratch<T>(a.width(0), a.width(1));
    }
    template <class Input, class T>
    static void run(const access<T>& a) {
        const bool adds = a.goes_on();
        a.c->workers->run([&](int thread, int threads) {
            outer<Input>(a.argument(0), a.of(0).stride(a.classes), a.argument(1), a.of(1).stride(a.classes), a.rows(0), a.result, a.width(1), adds, thread,
                         threads, a.scratch(thread), a.width(0), a.width(1), a.of(0).half, a.of(1).half);
        });
    }
};

template <>
struct kernel<dropout_mask_> {
    template <class T>
    static void fill(const access<T>& a, T rate, int row, T* out) {
        dropout_row<T>(a.bits(rate, a.self().detail), static_cast<std::uint32_t>(row), a.result_width(), out);
    }
};

/// The row of argument 0 that argument 1 names, or zeros.
struct indexed_row {
    template <class T>
    static const T* row(const access<T>& a, int r) {
        const auto id = a.index(1)[r];
        return id < 0 ? a.c->zeros : a.argument(0) + static_cast<long>(id) * a.result_width();
    }
};
template <>
struct kernel<gather_> : indexed_row {};
template <>
struct kernel<pick_> : indexed_row {};
/// Each segment's rows from the first to the last: `start`, then `join(what stands there, the row's number)`.
template <class T, class Join>
void over_segments(const access<T>& a, T start, Join join) {
    a.c->workers->run([&](int thread, int threads) {
        const auto* offsets = a.index(1);
        const int n = a.result_rows(), width = a.result_width();
        for (int s = share(n, thread, threads); s < share(n, thread + 1, threads); ++s) {
            T* to = a.result + static_cast<long>(s) * width;
            for (int j = 0; j < width; ++j) to[j] = start;
            for (int r = offsets[s]; r < offsets[s + 1]; ++r)
                for (int j = 0; j < width; ++j) to[j] = join(to[j], a.argument(0)[static_cast<long>(r) * width + j]);
        }
    });
}
template <>
struct kernel<sum_segments_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        over_segments(a, T(0), [](T sum, T x) { return sum + x; });
    }
};
template <>
struct kernel<max_segments_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        over_segments(a, -std::numeric_limits<T>::infinity(), [](T most, T x) { return x > most ? x : most; });
    }
};
template <int N>
struct kernel<identity_<N>> {
    template <class T>
    static constexpr auto line = [] {
        std::array<T, static_cast<std::size_t>(2 * N - 1)> values{};
        values[static_cast<std::size_t>(N - 1)] = 1;
        return values;
    }();
    template <class T>
    static const T* row(const access<T>&, int r) {
        return line<T>.data() + (N - 1 - r);
    }
};
template <>
struct kernel<as_constant_row_> { // a column of N rows lies in memory as a row of N columns
    template <class Input, class T>
    static void run(const access<T>& a) {
        std::copy_n(a.argument(0), a.result_width(), a.result);
    }
};
/// Says that these gradients are written. Neighbours may share a page, so a thread may say what another says.
template <class T>
void touch(const context<T>& c, long from, long count) {
    for (long page = from / gradient_page; page <= (from + count - 1) / gradient_page; ++page) std::atomic_ref(c.touched[page]).store(1, std::memory_order_relaxed);
}
/// Threads split the table's rows, each walking all ids in order: the same bits for any number of threads.
template <>
struct kernel<scatter_> {
    template <class Input, class T>
    static void run(const access<T>& a) {
        a.c->workers->run([&](int thread, int threads) {
            const int table = a.result_rows(), width = a.result_width(), rows = a.rows(0);
            const int from = share(table, thread, threads), to = share(table, thread + 1, threads);
            const std::int32_t* ids = a.index(1);
            T* out = a.result;
            if (!a.adds())
                for (long i = static_cast<long>(from) * width; i < static_cast<long>(to) * width; ++i) out[i] = 0;
            for (int r = 0; r < rows; ++r) {
                if (ids[r] < from || ids[r] >= to) continue;
                const T* dy = a.argument(0) + static_cast<long>(r) * width;
                T* at = out + static_cast<long>(ids[r]) * width;
                if (a.adds()) touch(*a.c, at - a.c->gradients, width);
                for (int j = 0; j < width; ++j) at[j] += dy[j];
            }
        });
    }
};

} // namespace hone::cpu::inline HONE_CPU
