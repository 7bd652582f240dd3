// The order in which a plan is run, on any device: groups one after the other; loops over layers with one frame for the running layer and one per
// layer for what the backward pass reads. A program is tables of groups, stages and loops, constants that name the device's kernels; what walks
// them is compiled once for every program. What is left at run time are row counts and base addresses. Nothing here allocates.
// A device is asked for (`backend<Device>`): `stage<T>`, a stage of a pipeline, and `stage_of<P, T, S>()`, which makes it of stage S; `packed(stage, ...)`,
// elements of packed weights that it takes; `run_stages(group, ...)`, all stages over all rows; `kernel_of<P, T, N>()` of a node that stands alone;
// `add(from, to, count, context)`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <span>
#include <utility>

#include "hone/expression/state.hpp"

namespace hone {

/// A kernel for one node, and what it asks for.
template <class T, class Device>
struct kernel_entry {
    void (*run)(const access<T, Device>&) = nullptr;
    long (*scratch)(const call_shape<T>&) = nullptr; ///< elements that it takes of each thread; null: none
    long (*packed)(const call_shape<T>&) = nullptr;  ///< that it takes once
};
template <class T, class Device>
using stage_entry = typename backend<Device>::template stage<T>;

template <class T, class Device>
struct loop_entry;
/// One node alone by its kernel, a value that is added to a gradient, a loop over layers, or a pipeline of stages; or nothing.
template <class T, class Device>
struct group_entry {
    const call_plan* node = nullptr;
    kernel_entry<T, Device> kernel{};
    const spot* gradient = nullptr;
    const loop_entry<T, Device>* loop = nullptr;
    std::span<const stage_entry<T, Device>> stages{};
    int kind = 0; ///< of the pipeline's rows
};
/// A repeat, or its backward pass: the groups of its block.
template <class T, class Device>
struct loop_entry {
    bool backward = false;
    const call_plan* node = nullptr;
    loop_use use{};
    const loop_plan* plan = nullptr;
    const graph_plan* body = nullptr;
    std::span<const group_entry<T, Device>> groups{};
};

/// What kernels ask for: elements of packed weights, and of a thread's scratch.
struct kernel_sizes {
    long packed = 0, scratch = 0;
};
/// The largest of all groups, loops' included.
template <class T, class Device>
constexpr void join_sizes(kernel_sizes& most, std::span<const group_entry<T, Device>> groups, const spot* all, long classes) {
    for (const auto& g : groups) {
        if (g.kernel.scratch) most.scratch = std::max(most.scratch, g.kernel.scratch({all, g.node, classes}));
        if (g.loop) join_sizes(most, g.loop->groups, all, classes);
        long packed = g.kernel.packed ? g.kernel.packed({all, g.node, classes}) : 0;
        for (const auto& s : g.stages) packed += backend<Device>::packed(s, all, classes);
        most.packed = std::max(most.packed, packed);
    }
}

template <class T, class Device>
[[gnu::noinline]] void run_groups(std::span<const group_entry<T, Device>> groups, const spot* all, context<T, Device>& c, const frame<T>& f);

/// The frame of a layer.
template <class T, class Device>
frame<T> enter(const loop_entry<T, Device>& loop, const spot& self, const frame<T>& from, const context<T, Device>& c, int l) {
    frame<T> to = from;
    const auto& plan = *loop.plan;
    for (int r = 0; r < most_regions; ++r) {
        const long column = c.capacity[r], wide_column = column * c.classes;
        to.temporary[r] = from.temporary[r] + plan.temporary[r].fixed * column;
        to.wide_temporary[r] = from.wide_temporary[r] + plan.temporary[r].classes * wide_column;
        T* kept = plan.inner ? from.kept[r] : from.temporary[r];
        if (!kept) continue;
        to.kept[r] = kept + (plan.kept[r].fixed + l * loop.body->kept[r].fixed) * column;
        to.wide_kept[r] = (plan.inner ? from.wide_kept[r] : from.wide_temporary[r]) + (plan.kept[r].classes + l * loop.body->kept[r].classes) * wide_column;
    }
    if (self.layer >= 0 && loop.use.depth > 0) {
        to.layer[loop.use.depth - 1] = self.layer;
        to.code = to.code * most_layers + static_cast<std::uint32_t>(self.layer) + 1u;
    }
    to.layer[loop.use.depth] = loop.use.first + l;
    to.code = to.code * most_layers + static_cast<std::uint32_t>(loop.use.first + l) + 1u;
    return to;
}
/// A value that goes from layer to layer: where it stands before the first, behind the last, and in between.
template <class T>
struct passing {
    T *outer = nullptr, *inner = nullptr, *between = nullptr;
    long size = 0;
    int slots = 1; ///< layers that have a place of their own in between
    T* at(int l) const { return between + l % slots * size; }
};
/// The shape of a value in elements of its region, and its place `offset` in the frame.
template <class T, class Device>
passing<T> passing_of(const spot& s, amount offset, bool kept, const context<T, Device>& c, const frame<T>& f) {
    const int region = region_of(s.kind);
    passing<T> p;
    p.between = (kept ? (s.wide ? f.wide_kept : f.kept) : (s.wide ? f.wide_temporary : f.temporary))[region] + offset.of(s.wide, c.classes) * c.capacity[region];
    p.size = columns_of(s.kind, s.width).at(c.classes) * c.capacity[region];
    return p;
}
/// Forward, layer after layer, each result the next one's input; backward from the last layer to the first.
template <class T, class Device>
[[gnu::noinline]] void run_loop(const loop_entry<T, Device>& loop, const spot* all, context<T, Device>& c, const frame<T>& f) {
    const auto& use = loop.use;
    const auto& plan = *loop.plan;
    const call_plan& call = *loop.node;
    const int last = use.count - 1;
    const auto argument = [&](int k) -> const spot& { return all[call.argument[k]]; };
    const auto result = [&](int k) { return locate(all[k == 0 ? call.self : call.output[k]], c, f); };
    passing<T> value[most_carried], gradient[most_carried];
    T* read[most_carried]{};
    int arguments = loop.backward ? 0 : call.count, next = 0;
    for (int q = 0; q < most_carried && loop.backward; ++q) arguments += loop.body->seed[q] >= 0;
    arguments = loop.backward ? call.count - arguments : arguments;
    for (int k = 0; k < arguments; ++k) {
        read[k] = locate(argument(k), c, f);
        if (k >= use.carried) continue;
        value[k] = passing_of(argument(k), plan.values[k], plan.inner, c, f);
        value[k].slots = use.backward ? use.count : 2;
        if (!loop.backward) value[k].outer = result(k);
    }
    const auto enter_layer = [&](int l) {
        frame<T> inner = enter(loop, all[call.self], f, c, l);
        for (int k = 0; k < arguments; ++k) inner.input[k] = l == 0 || k >= use.carried ? read[k] : value[k].at(l - 1);
        return inner;
    };
    if (!loop.backward) {
        for (int l = 0; l <= last; ++l) {
            frame<T> inner = enter_layer(l);
            for (int k = 0; k < use.carried; ++k) inner.result[k] = l == last ? value[k].outer : value[k].at(l);
            run_groups(loop.groups, all, c, inner);
        }
        return;
    }
    for (int q = 0; q < arguments; ++q) {
        if (loop.body->input_gradient[q] >= 0) {
            gradient[q] = passing_of(argument(q), plan.gradients[q], false, c, f);
            gradient[q].slots = 2;
            gradient[q].outer = result(q);
        }
        if (loop.body->seed[q] >= 0) gradient[q].inner = locate(argument(arguments + next++), c, f);
    }
    for (int l = last; l >= 0; --l) {
        frame<T> inner = enter_layer(l);
        for (int q = 0; q < arguments; ++q) {
            inner.seed[q] = l == last ? gradient[q].inner : gradient[q].at(l);
            inner.input_gradient[q] = l == 0 ? gradient[q].outer : gradient[q].at(l - 1);
        }
        run_groups(loop.groups, all, c, inner);
    }
}
template <class T, class Device>
void run_groups(std::span<const group_entry<T, Device>> groups, const spot* all, context<T, Device>& c, const frame<T>& f) {
    for (const auto& g : groups) {
        if (!g.stages.empty()) backend<Device>::run_stages(g, all, c, f);
        else if (g.kernel.run) g.kernel.run(access<T, Device>(all, *g.node, c, f));
        else if (g.loop) run_loop(*g.loop, all, c, f);
        else if (g.gradient) {
            const spot& value = all[g.node->argument[0]];
            backend<Device>::add(locate(value, c, f), locate(*g.gradient, c, f), static_cast<long>(rows_of(value, c)) * value.columns(c.classes), c);
        }
    }
}

/// The tables of a plan.
template <const auto& P, class T, class Device>
struct runner {
    static void forward(context<T, Device>& c, const frame<T>& f) { run_groups<T, Device>(groups<0, false>, spots<P>.data(), c, f); }
    static void backward(context<T, Device>& c, const frame<T>& f) { run_groups<T, Device>(groups<0, true>, spots<P>.data(), c, f); }
    static constexpr kernel_sizes sizes(long classes) {
        kernel_sizes most;
        join_sizes<T, Device>(most, groups<0, false>, spots<P>.data(), classes);
        join_sizes<T, Device>(most, groups<0, true>, spots<P>.data(), classes);
        return most;
    }

private:
    using on = backend<Device>;
    template <int Count>
    using numbers = std::make_integer_sequence<int, Count>;

    template <int First, int... S>
    static constexpr std::array<stage_entry<T, Device>, sizeof...(S)> stages_from(std::integer_sequence<int, S...>) {
        return {on::template stage_of<P, T, First + S>()...};
    }
    template <int G>
    static constexpr auto stages = stages_from<P.groups[G].first>(numbers<P.groups[G].last - P.groups[G].first>{});

    template <int N>
    static constexpr spot gradient = weight_spot<P>(P.nodes[N].detail, store::gradient);
    template <int N, bool Backward>
    static constexpr loop_entry<T, Device> loop() {
        constexpr loop_use use = P.loops[static_cast<std::size_t>(P.nodes[N].detail)];
        return {Backward, &call_of<P, N>, use, &loop_plan_at<P, N>, &graph_at<P, use.body>, groups<use.body, Backward>};
    }
    template <int N, bool Backward>
    static constexpr loop_entry<T, Device> loop_at = loop<N, Backward>();

    template <int G>
    static constexpr group_entry<T, Device> group() {
        constexpr int n = P.groups[G].node;
        group_entry<T, Device> e;
        if constexpr (n < 0) {
            e.stages = stages<G>;
            e.kind = P.groups[G].kind;
        } else if constexpr (P.nodes[n].op == &operation_of<loop_>) e.loop = &loop_at<n, false>;
        else if constexpr (P.nodes[n].op == &operation_of<loop_back_>) e.loop = &loop_at<n, true>;
        else if constexpr (P.nodes[n].op != &operation_of<accumulate_>) {
            e.node = &call_of<P, n>;
            e.kernel = on::template kernel_of<P, T, n>();
        } else if constexpr (P.places[static_cast<std::size_t>(P.nodes[n].argument[0])].where != store::gradient) { // else its producer has added it
            e.node = &call_of<P, n>;
            e.gradient = &gradient<n>;
        }
        return e;
    }
    template <int First, int... G>
    static constexpr std::array<group_entry<T, Device>, sizeof...(G)> groups_from(std::integer_sequence<int, G...>) { return {group<First + G>()...}; }
    /// The forward or the backward groups of a graph.
    template <int G, bool Backward>
    static constexpr auto groups = groups_from<P.graphs[G].first_group + (Backward ? P.graphs[G].forward_groups : 0)>(
        numbers<Backward ? P.graphs[G].last_group - P.graphs[G].first_group - P.graphs[G].forward_groups : P.graphs[G].forward_groups>{});
};

} // namespace hone
