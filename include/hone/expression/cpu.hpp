// Running a plan on a CPU: a pipeline's stages go over a block of rows one after the other, in every thread, so that what they share stays in the thread's
// cache. Kernels are found by name: kernel<Op> beside each op, row_stage in op/rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <utility>

#include "hone/expression/state/cpu.hpp"
#include "hone/expression/walk.hpp"

namespace hone {
struct row_line; // op/rows/pass.hpp
}

namespace hone::on_cpu::inline HONE_CPU {

/// A block of rows, its number, and of how many.
struct row_range {
    int first, last, block, blocks;
};

/// A product on the block (a node and its kernel), or row passes: code that stages which are alike share, and where this one's rows stand.
template <class T>
struct stage_entry {
    const call_plan* product = nullptr;
    long (*packed)(const call<T>&) = nullptr;
    void (*pack)(const access<T>&, T* to, int thread, int threads) = nullptr;
    void (*multiply)(const access<T>&, const T* packed, int first, int last) = nullptr;
    void (*rows)(const context<T>&, const frame<T>&, row_range, T* scratch, const row_line* lines, const call_plan* const* nodes) = nullptr;
    void (*join)(const row_line* lines, int count, const spot* all, const context<T>&, const frame<T>&, int blocks) = nullptr; ///< null: no sums over rows
    const row_line* lines = nullptr;
    int line_count = 0;
    const call_plan* const* nodes = nullptr; ///< those with a kernel of their own
};

/// Packs what the products of a pipeline need, then blocks of rows in every thread, then joins its sums over rows.
template <class T>
[[gnu::noinline]] void run_pipeline(const group_entry<T, cpu>& group, const spot* all, context<T>& c, const frame<T>& f) {
    const int kind = group.kind, rows = kind == class_rows ? static_cast<int>(c.classes) : kind < 0 ? -kind : c.rows[region_of(kind)];
    const row_blocks blocks(rows);
    bool packs = false;
    for (const auto& s : group.stages) packs = packs || s.product;
    c.workers->run([&](int thread, int threads) {
        T* packed = c.packed;
        for (const auto& s : group.stages) {
            if (!s.product) continue;
            const access<T> a(all, *s.product, c, f);
            s.pack(a, packed, thread, threads);
            packed += s.packed(a);
        }
        if (packs) c.workers->barrier();
        const int from = static_cast<int>(static_cast<long>(blocks.count) * thread / threads),
                  to = static_cast<int>(static_cast<long>(blocks.count) * (thread + 1) / threads);
        for (int b = from; b < to; ++b) {
            const row_range here{blocks.first(b), blocks.first(b + 1), b, blocks.count};
            T* const scratch = c.scratch + thread * c.scratch_stride;
            packed = c.packed;
            for (const auto& s : group.stages) {
                if (!s.product) {
                    s.rows(c, f, here, scratch, s.lines, s.nodes);
                    continue;
                }
                const access<T> a(all, *s.product, c, f, scratch);
                s.multiply(a, packed, here.first, here.last);
                packed += s.packed(a);
            }
        }
    });
    for (const auto& s : group.stages)
        if (s.join) s.join(s.lines, s.line_count, all, c, f, blocks.count);
}

template <class Program, class T>
class constant_weights; // step/constant_weights

} // namespace hone::on_cpu::inline HONE_CPU

namespace hone {

template <>
struct backend<cpu> {
    template <class T>
    using stage = on_cpu::stage_entry<T>;
    /// What a program keeps of weights that do not change.
    template <class Program, class T>
    using constants = on_cpu::constant_weights<Program, T>;

    template <const auto& P, class T, int S>
    static constexpr stage<T> stage_of() {
        constexpr int n = P.stages[S].node;
        if constexpr (n < 0) return on_cpu::row_stage<P, T, S>::entry();
        else {
            using input = typename input_of<P, T>::type;
            using product = on_cpu::kernel<op_of<P, n>>;
            stage<T> e;
            e.product = &call_of<P, n>;
            e.packed = &product::template packed<input, T>;
            e.pack = &product::template pack<input, T>;
            e.multiply = &product::template multiply<input, T>;
            return e;
        }
    }
    template <const auto& P, class T, int N>
    static constexpr kernel_entry<T, cpu> kernel_of() {
        using input = typename input_of<P, T>::type;
        using op = on_cpu::kernel<op_of<P, N>>;
        kernel_entry<T, cpu> e{&op::template run<input, T>};
        if constexpr (requires { op::template scratch<input>(call_shape<T>()); }) e.scratch = &op::template scratch<input, T>;
        if constexpr (requires { op::template packed<input>(call_shape<T>()); }) e.packed = &op::template packed<input, T>;
        return e;
    }
    template <class T>
    static constexpr long packed(const stage<T>& s, const spot* all, long classes) {
        return s.product ? s.packed({all, s.product, classes}) : 0;
    }
    template <class T>
    static void run_stages(const group_entry<T, cpu>& group, const spot* all, context<T, cpu>& c, const frame<T>& f) {
        on_cpu::run_pipeline(group, all, c, f);
    }
    template <class T>
    static void add(const T* from, T* to, long count, const context<T, cpu>&) {
        for (long i = 0; i < count; ++i) to[i] += from[i];
    }
};

} // namespace hone
