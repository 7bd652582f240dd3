// The CPU side of the ops that are not elementwise, as the plan calls them: products on a block of rows, weight gradients, attention
// and table gradients over everything, rows read elsewhere, random rows. Each hands its shapes to the kernel in its own folder.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/attention.hpp"
#include "hone/op/attention/cpu.hpp"
#include "hone/op/product/cpu.hpp"
#include "hone/op/product/product.hpp"
#include "hone/op/random/cpu.hpp"
#include "hone/op/random/dropout.hpp"
#include "hone/op/rearrange/rearrange.hpp"
#include "hone/op/rows/cpu.hpp"

namespace hone::cpu {

constexpr int share(int n, int thread, int threads) { return static_cast<int>(static_cast<long>(n) * thread / threads); }

template <>
struct kernel<product_> { // y = x W^T
    template <class A>
    static constexpr long packed_size(const A& a) {
        return hone::cpu::packed_size<typename A::number>(a.template width<1>(), a.result_width());
    }
    template <class A, class T>
    static void pack(const A& a, T* packed, int thread, int threads) {
        const int n = a.result_width(), p = panels<T>(n);
        pack_transposed<T>(a.template argument<1>(), packed, a.template width<1>(), n, share(p, thread, threads), share(p, thread + 1, threads));
    }
    template <class A, class T>
    static void multiply(const A& a, const T* x, const T* packed, T* y, int rows) {
        hone::cpu::multiply<T>(x, a.template width<1>(), rows, packed, y, a.result_width(), false, a.template width<1>(), a.result_width());
    }
};
template <>
struct kernel<product_back_> { // dx = dy W
    template <class A>
    static constexpr long packed_size(const A& a) {
        return hone::cpu::packed_size<typename A::number>(a.template width<0>(), a.result_width());
    }
    template <class A, class T>
    static void pack(const A& a, T* packed, int thread, int threads) {
        const int n = a.result_width(), p = panels<T>(n);
        hone::cpu::pack<T>(a.template argument<1>(), packed, a.template width<0>(), n, share(p, thread, threads), share(p, thread + 1, threads));
    }
    template <class A, class T>
    static void multiply(const A& a, const T* dy, const T* packed, T* dx, int rows) {
        hone::cpu::multiply<T>(dy, a.template width<0>(), rows, packed, dx, a.result_width(), false, a.template width<0>(), a.result_width());
    }
};
template <>
struct kernel<outer_> { // dW = dy^T x
    template <class A>
    static constexpr long scratch(const A& a) {
        return outer_scratch<typename A::number>(a.template width<0>(), a.template width<1>());
    }
    template <class A>
    static void run(const A& a) {
        using T = typename A::number;
        a.c.workers->run([&](int thread, int threads) {
            const int m = a.template width<0>(), tiles = (m + outer_tile<T> - 1) / outer_tile<T>;
            const int from = share(tiles, thread, threads) * outer_tile<T>, to = share(tiles, thread + 1, threads) * outer_tile<T>;
            if (from < m && from < to)
                outer<T>(a.template argument<0>(), m, a.template argument<1>(), a.template width<1>(), a.template rows<0>(), a.result(),
                         a.template width<1>(), A::adds, from, to < m ? to : m, a.scratch(thread), a.template width<0>(), a.template width<1>());
        });
    }
};

template <>
struct kernel<dropout_mask_> {
    template <class A, class T>
    static void fill(const A& a, T rate, int row, int columns, T* out) {
        dropout_row<T>(a.bits(rate, A::node.detail), static_cast<std::uint32_t>(row), columns, out);
    }
};

template <>
struct kernel<gather_> {
    template <class T, class A>
    static const T* row(const A& a, int r, const T*) {
        return a.template argument<0>() + static_cast<long>(a.template index<1>()[r]) * a.result_width();
    }
};
template <>
struct kernel<first_row_> {
    template <class T, class A>
    static const T* row(const A& a, int r, const T*) {
        return a.template argument<0>() + static_cast<long>(a.template offsets<A::template kind<0>>()[r]) * a.result_width();
    }
};
template <>
struct kernel<expand_first_> {
    template <class T, class A>
    static const T* row(const A& a, int r, const T* zeros) {
        const int s = a.c.sequence_of[region_of(A::node.kind)][r];
        return a.template offsets<A::node.kind>()[s] == r ? a.template argument<0>() + static_cast<long>(s) * a.result_width() : zeros;
    }
};
template <>
struct kernel<spread_> {
    template <class T, class A>
    static const T* row(const A& a, int r, const T*) {
        return a.template argument<0>() + static_cast<long>(a.c.sequence_of[region_of(A::node.kind)][r]) * a.result_width();
    }
};
template <>
struct kernel<sum_sequence_> {
    template <class A>
    static void run(const A& a) {
        using T = typename A::number;
        const auto* offsets = a.template offsets<A::template kind<0>>();
        a.c.workers->run([&](int thread, int threads) {
            const int n = a.result_rows(), width = a.result_width();
            for (int s = share(n, thread, threads); s < share(n, thread + 1, threads); ++s) {
                T* to = a.result() + static_cast<long>(s) * width;
                for (int j = 0; j < width; ++j) to[j] = 0;
                for (int r = offsets[s]; r < offsets[s + 1]; ++r)
                    for (int j = 0; j < width; ++j) to[j] += a.template argument<0>()[static_cast<long>(r) * width + j];
            }
        });
    }
};
/// Threads split the table's rows, each walking all ids in order: the same bits for any number of threads.
template <>
struct kernel<scatter_> {
    template <class A>
    static void run(const A& a) {
        using T = typename A::number;
        a.c.workers->run([&](int thread, int threads) {
            const int table = a.result_rows(), width = a.result_width(), rows = a.template rows<0>();
            const int from = share(table, thread, threads), to = share(table, thread + 1, threads);
            const std::int32_t* ids = a.template index<1>();
            T* out = a.result();
            if constexpr (!A::adds)
                for (long i = static_cast<long>(from) * width; i < static_cast<long>(to) * width; ++i) out[i] = 0;
            for (int r = 0; r < rows; ++r) {
                if (ids[r] < from || ids[r] >= to) continue;
                const T* dy = a.template argument<0>() + static_cast<long>(r) * width;
                T* at = out + static_cast<long>(ids[r]) * width;
                for (int j = 0; j < width; ++j) at[j] += dy[j];
            }
        });
    }
};

/// Where sequence s of a kind of rows begins; a kind of one row a sequence begins at s.
inline int begin_of(const std::int32_t* offsets, int s) { return offsets ? offsets[s] : s; }

template <int Heads>
struct kernel<attention_<Heads>> {
    template <class A>
    static constexpr auto size(const A&) {
        return extent<A::node.width / Heads>{};
    }
    template <class A>
    static constexpr long scratch(const A& a) {
        return attention_scratch<typename A::number>(size(a));
    }
    template <class A>
    static void run(const A& a) {
        using T = typename A::number;
        constexpr int width = A::node.width, head_size = width / Heads, site = A::node.detail;
        const auto* of_q = a.template offsets<A::node.kind>();
        const auto* of_k = a.template offsets<A::template kind<1>>();
        dropout_bits bits{};
        if constexpr (site > 0) bits = a.bits(*a.template argument<3>(), site - 1);
        const bool drops = bits.threshold > 0;
        a.c.workers->run([&](int thread, int threads) {
            const long jobs = static_cast<long>(a.c.rows[1]) * Heads;
            for (long j = jobs * thread / threads; j < jobs * (thread + 1) / threads; ++j) {
                const int s = static_cast<int>(j / Heads), head = static_cast<int>(j % Heads);
                const int q = begin_of(of_q, s), k = begin_of(of_k, s);
                const auto at = [&](const T* p, int row) { return p + static_cast<long>(row) * width + head * head_size; };
                T* lse = a.template output<1>();
                attention_forward<T>(at(a.template argument<0>(), q), width, at(a.template argument<1>(), k), at(a.template argument<2>(), k), width,
                                     begin_of(of_q, s + 1) - q, begin_of(of_k, s + 1) - k, const_cast<T*>(at(a.result(), q)), width,
                                     lse ? lse + static_cast<long>(q) * Heads + head : nullptr, Heads, T(1) / std::sqrt(T(head_size)),
                                     drops ? &bits : nullptr, static_cast<std::uint32_t>(q), Heads, head, a.scratch(thread), size(a));
            }
        });
    }
};
template <int Heads>
struct kernel<attention_back_<Heads>> : kernel<attention_<Heads>> {
    template <class A>
    static void run(const A& a) {
        using T = typename A::number;
        constexpr int width = A::node.width, head_size = width / Heads, site = A::node.detail;
        const auto* of_q = a.template offsets<A::node.kind>();
        const auto* of_k = a.template offsets<A::template kind<1>>();
        dropout_bits bits{};
        if constexpr (site > 0) bits = a.bits(*a.template argument<6>(), site - 1);
        const bool drops = bits.threshold > 0;
        a.c.workers->run([&](int thread, int threads) {
            const long jobs = static_cast<long>(a.c.rows[1]) * Heads;
            for (long j = jobs * thread / threads; j < jobs * (thread + 1) / threads; ++j) {
                const int s = static_cast<int>(j / Heads), head = static_cast<int>(j % Heads);
                const int q = begin_of(of_q, s), k = begin_of(of_k, s);
                const auto at = [&](const T* p, int row) { return p + static_cast<long>(row) * width + head * head_size; };
                const auto to = [&](T* p, int row) { return p + static_cast<long>(row) * width + head * head_size; };
                attention_backward<T>(at(a.template argument<0>(), q), width, at(a.template argument<1>(), k), at(a.template argument<2>(), k), width,
                                      begin_of(of_q, s + 1) - q, begin_of(of_k, s + 1) - k, at(a.template argument<3>(), q),
                                      at(a.template argument<5>(), q), width, a.template argument<4>() + static_cast<long>(q) * Heads + head, Heads,
                                      T(1) / std::sqrt(T(head_size)), drops ? &bits : nullptr, static_cast<std::uint32_t>(q), Heads, head,
                                      to(a.result(), q), width, to(a.template output<1>(), k), to(a.template output<2>(), k), width,
                                      a.scratch(thread), kernel<attention_<Heads>>::size(a));
            }
        });
    }
};

} // namespace hone::cpu
