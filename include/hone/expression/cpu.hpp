// Running a plan on a CPU: groups in order, each by all threads over blocks of rows; loops over layers with one frame for the
// running layer and one per layer for what the backward pass reads. Everything that is known is a template argument (the plan is
// a reference to a constant); what is left at run time are row counts and base addresses. Nothing here allocates.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "hone/expression/state/cpu.hpp"

namespace hone::cpu::inline HONE_CPU {

/// A block of rows, its number, and of how many.
struct row_range {
    int first, last, block, blocks;
};

template <const auto& P, class T>
struct runner {
    using input = typename input_of<P, T>::type;
    template <int N>
    static access<T> access_to(const context<T>& c, const frame<T>& f, T* scratch = nullptr) {
        return {spots<P>.data(), call_of<P, N>, c, f, scratch};
    }
    template <int N>
    static constexpr const spot& at = spots<P>[N];

    /// One pipeline: packs what its products need, then blocks of rows in every thread, then joins its sums over rows.
    template <int G>
    static void pipeline(context<T>& c, const frame<T>& f) {
        constexpr int kind = P.groups[G].kind, begin = P.groups[G].first, end = P.groups[G].last;
        const int rows = kind == class_rows ? static_cast<int>(c.classes) : kind < 0 ? -kind : c.rows[region_of(kind)];
        stages<begin>(c, f, rows, std::make_integer_sequence<int, end - begin>{});
    }
    template <int Begin, int... S>
    static void stages(context<T>& c, const frame<T>& f, int rows, std::integer_sequence<int, S...>) {
        const row_blocks blocks(rows);
        c.workers->run([&](int thread, int threads) {
            T* packed = c.packed;
            (pack<Begin + S>(c, f, packed, thread, threads), ...);
            if constexpr ((is_product<Begin + S>() || ...)) c.workers->barrier();
            const int from = static_cast<int>(static_cast<long>(blocks.count) * thread / threads),
                      to = static_cast<int>(static_cast<long>(blocks.count) * (thread + 1) / threads);
            for (int b = from; b < to; ++b) {
                const row_range here{blocks.first(b), blocks.first(b + 1), b, blocks.count};
                packed = c.packed;
                (stage<Begin + S>(c, f, packed, here, c.scratch + thread * c.scratch_stride), ...);
            }
        });
        (join<Begin + S>(c, f, blocks.count), ...);
    }
    template <int S>
    static constexpr bool is_product() {
        return P.stages[S].node >= 0;
    }
    template <int S>
    [[gnu::always_inline]] static void pack([[maybe_unused]] const context<T>& c, [[maybe_unused]] const frame<T>& f, [[maybe_unused]] T*& packed,
                                            [[maybe_unused]] int thread, [[maybe_unused]] int threads) {
        if constexpr (is_product<S>()) {
            const auto a = access_to<P.stages[S].node>(c, f);
            kernel<op_of<P, P.stages[S].node>>::template pack<input>(a, packed, thread, threads);
            packed += kernel<op_of<P, P.stages[S].node>>::template packed<input>(a);
        }
    }
    template <int S>
    [[gnu::always_inline]] static void stage(const context<T>& c, const frame<T>& f, [[maybe_unused]] T*& packed, row_range here, T* scratch) {
        if constexpr (is_product<S>()) {
            const auto a = access_to<P.stages[S].node>(c, f, scratch);
            kernel<op_of<P, P.stages[S].node>>::template multiply<input>(a, packed, here.first, here.last);
            packed += kernel<op_of<P, P.stages[S].node>>::template packed<input>(a);
        } else
            row_stage<P, T, S>::run(c, f, here, scratch);
    }
    template <int S>
    [[gnu::always_inline]] static void join([[maybe_unused]] const context<T>& c, [[maybe_unused]] const frame<T>& f, [[maybe_unused]] int blocks) {
        if constexpr (!is_product<S>()) row_stage<P, T, S>::join(c, f, blocks);
    }

    static constexpr void shift(frame<T>& to, const frame<T>& from, const context<T>& c, const loop_plan& loop, const graph_plan& body, long layer) {
        for (int r = 0; r < most_regions; ++r) {
            const long column = c.capacity[r], wide_column = column * c.classes;
            to.temporary[r] = from.temporary[r] + loop.temporary[r].fixed * column;
            to.wide_temporary[r] = from.wide_temporary[r] + loop.temporary[r].classes * wide_column;
            T* kept = loop.inner ? from.kept[r] : from.temporary[r];
            if (!kept) continue;
            to.kept[r] = kept + (loop.kept[r].fixed + layer * body.kept[r].fixed) * column;
            to.wide_kept[r] = (loop.inner ? from.wide_kept[r] : from.wide_temporary[r]) + (loop.kept[r].classes + layer * body.kept[r].classes) * wide_column;
        }
    }
    /// A repeat, forward: layer after layer, each result the next one's input.
    template <int N>
    static void loop(context<T>& c, const frame<T>& f) {
        constexpr auto& n = P.nodes[N];
        constexpr auto use = P.loops[static_cast<std::size_t>(n.detail)];
        constexpr auto& plan = loop_plan_at<P, N>;
        constexpr int region = region_of(n.kind), g = use.body;
        const long size = at<N>.columns(c.classes) * c.capacity[region];
        constexpr bool wide = is_wide(n.kind, n.width);
        T* const carried = (plan.inner ? (wide ? f.wide_kept : f.kept) : (wide ? f.wide_temporary : f.temporary))[region] + plan.values.of(wide, c.classes) * c.capacity[region];
        const auto value = [&](int l) { // the result of layer l
            return l == use.count - 1 ? locate(at<N>, c, f) : carried + (use.backward ? l : l % 2) * size;
        };
        for (int l = 0; l < use.count; ++l) {
            frame<T> inner = f;
            enter<N>(inner, f, c, plan, l);
            inner.input = l == 0 ? locate(at<n.argument[0]>, c, f) : value(l - 1);
            inner.result = value(l);
            graph<g, false>(c, inner);
        }
    }
    template <int N>
    static void loop_back(context<T>& c, const frame<T>& f) {
        constexpr auto& n = P.nodes[N];
        constexpr auto use = P.loops[static_cast<std::size_t>(n.detail)];
        constexpr auto& plan = loop_plan_at<P, N>;
        constexpr int region = region_of(n.kind), g = use.body;
        const long size = at<N>.columns(c.classes) * c.capacity[region];
        constexpr bool wide = is_wide(n.kind, n.width);
        T* const carried = (plan.inner ? (wide ? f.wide_kept : f.kept) : (wide ? f.wide_temporary : f.temporary))[region] + plan.values.of(wide, c.classes) * c.capacity[region];
        T* const gradients = (wide ? f.wide_temporary : f.temporary)[region] + plan.gradients.of(wide, c.classes) * c.capacity[region];
        for (int l = use.count - 1; l >= 0; --l) {
            frame<T> inner = f;
            enter<N>(inner, f, c, plan, l);
            inner.input = l == 0 ? locate(at<n.argument[0]>, c, f) : carried + (l - 1) * size;
            inner.seed = l == use.count - 1 ? locate(at<n.argument[1]>, c, f) : gradients + (l % 2) * size;
            inner.input_gradient = l == 0 ? locate(at<N>, c, f) : gradients + ((l - 1) % 2) * size;
            graph<g, true>(c, inner);
        }
    }
    template <int N>
    static void enter(frame<T>& inner, const frame<T>& f, const context<T>& c, const loop_plan& plan, int l) {
        constexpr auto& n = P.nodes[N];
        constexpr auto use = P.loops[static_cast<std::size_t>(n.detail)];
        shift(inner, f, c, plan, graph_at<P, use.body>, l);
        std::uint32_t code = f.code;
        if constexpr (n.layer >= 0 && use.depth > 0) {
            inner.layer[use.depth - 1] = n.layer;
            code = code * 4096u + static_cast<std::uint32_t>(n.layer) + 1u;
        }
        inner.layer[use.depth] = use.first + l;
        inner.code = code * 4096u + static_cast<std::uint32_t>(use.first + l) + 1u;
    }

    template <int G>
    static void group(context<T>& c, const frame<T>& f) {
        constexpr int n = P.groups[G].node;
        if constexpr (n < 0) pipeline<G>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<loop_>) loop<n>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<loop_back_>) loop_back<n>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<accumulate_>) accumulate<n>(c, f);
        else kernel<op_of<P, n>>::template run<input>(access_to<n>(c, f));
    }
    /// Adds a value to a gradient, unless its producer has done so.
    template <int N>
    static void accumulate(context<T>& c, const frame<T>& f) {
        constexpr int a = P.nodes[N].argument[0];
        if constexpr (P.places[a].where != store::gradient) {
            static constexpr spot gradient = weight_spot<P>(P.nodes[N].detail, store::gradient);
            const T* from = locate(at<a>, c, f);
            T* to = locate(gradient, c, f);
            const long size = static_cast<long>(rows_of(at<a>, c)) * at<a>.columns(c.classes);
            for (long i = 0; i < size; ++i) to[i] += from[i];
        }
    }
    /// The forward or the backward groups of a graph.
    template <int G, bool Backward>
    [[gnu::noinline]] static void graph(context<T>& c, const frame<T>& f) {
        constexpr auto& g = P.graphs[G];
        constexpr int from = Backward ? g.first_group + g.forward_groups : g.first_group;
        constexpr int to = Backward ? g.last_group : g.first_group + g.forward_groups;
        [&]<int... I>(std::integer_sequence<int, I...>) { (group<from + I>(c, f), ...); }(std::make_integer_sequence<int, to - from>{});
    }
};

} // namespace hone::cpu::inline HONE_CPU
