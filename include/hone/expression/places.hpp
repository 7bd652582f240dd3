// The later passes over a graph: gradients where they are wanted, frames of loops, columns of
// values, the buffers of pipelines. Whatever shares memory over time is asked for first and placed
// at once (shelf.hpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/lifetimes.hpp"

namespace hone::detail {

/// A loop and its backward pass: one repeat, on one input (the same layers may run on several).
constexpr bool same_call(const node& a, const node& b) {
    bool same = a.detail == b.detail && a.layer == b.layer;
    for (int k = 0; k < a.count && k < b.count; ++k) same = same && a.argument[k] == b.argument[k]; // the backward one has seeds behind them
    return same;
}

/// A gradient that nothing but its weight's sum reads is written where it is wanted.
constexpr void place_gradients(planning& w) {
    growing<int> readers(w.g.nodes.size(), 0);
    for (int i = 0; i < w.count(); ++i)
        for (int k = 0; k < w.at(i).count && w.live(i); ++k)
            ++readers[static_cast<std::size_t>(w.at(i).argument[k])];
    if (w.roots())
        for (int r : *w.roots()) ++readers[static_cast<std::size_t>(r)];
    for (int i = 0; i < w.count(); ++i) {
        if (w.at(i).op != &operation_of<accumulate_>) continue;
        const auto a = static_cast<std::size_t>(w.at(i).argument[0]);
        const auto how = w.at(w.at(i).argument[0]).op->how;
        if (readers[a] != 1 || (how != structure::whole && how != structure::sink)) continue;
        w.places[a].where = store::gradient;
        w.places[a].offset.fixed = w.at(i).detail;
    }
}

/// The frame of a forward loop: what its backward pass reads stays until then, in this graph's own
/// kept frame if this is a block.
constexpr void place_forward(planning& w, loop_plan& loop, const node& n, int group) {
    const auto& use = w.all.loops[static_cast<std::size_t>(n.detail)];
    const auto& body = w.out.graphs[static_cast<std::size_t>(use.body)];
    int until = group;
    for (int k = 0; k < w.count(); ++k)
        if (w.at(k).op == &operation_of<loop_back_> && same_call(w.at(k), n))
            until = w.group_of(k) > until ? w.group_of(k) : until;
    loop.inner = w.number > 0 && use.backward;
    const auto keep = [&](amount& to, int r, amount size) {
        if (!loop.inner) return w.put(to, r, size, group, until);
        to = w.made.kept[r];
        w.made.kept[r] = to + size;
    };
    for (int r = 0; r < most_regions; ++r) keep(loop.kept[r], r, body.kept[r] * use.count);
    const int layers = use.backward || use.count < 3 ? use.count - 1 : 2;
    for (int k = 0; k < use.carried; ++k) {
        const node& v = w.at(n.argument[k]);
        keep(loop.values[k], region_of(v.kind), columns_of(v.kind, v.width) * layers);
    }
}
/// Frames of repeated blocks in this frame.
constexpr void place_loops(planning& w) {
    w.loops.reserve(w.s.groups.size()); // places are written to them later
    for (int group = 0; group < w.groups(); ++group) {
        const int i = w.s.groups[static_cast<std::size_t>(group)].node;
        if (i < 0 || w.at(i).op->how != structure::loop) continue;
        const node& n = w.at(i);
        const auto& use = w.all.loops[static_cast<std::size_t>(n.detail)];
        const auto& body = w.out.graphs[static_cast<std::size_t>(use.body)];
        w.loops.push_back({});
        loop_plan& loop = w.loops.back();
        loop.node = w.made.first_node + i;
        for (int r = 0; r < most_regions; ++r)
            w.put(loop.temporary[r], r, body.temporary[r], group, group);
        if (n.op == &operation_of<loop_>) {
            place_forward(w, loop, n, group);
            continue;
        }
        const int layers = use.count > 2 ? 2 : use.count - 1;
        for (int k = 0; k < most_carried; ++k) {
            if (body.input_gradient[k] < 0) continue;
            const node& v = w.at(n.argument[k]);
            w.put(loop.gradients[k], region_of(v.kind), columns_of(v.kind, v.width) * layers, group, group);
        }
    }
}
/// What a forward loop keeps is read by the backward one.
constexpr void join_loops(planning& w) {
    const auto node_of = [&](const loop_plan& l) { return &w.at(l.node - w.made.first_node); };
    for (auto& loop : w.loops) {
        const node& back = *node_of(loop);
        if (back.op != &operation_of<loop_back_>) continue;
        for (const auto& f : w.loops) {
            if (node_of(f)->op != &operation_of<loop_> || !same_call(*node_of(f), back)) continue;
            for (int r = 0; r < most_regions; ++r) loop.kept[r] = f.kept[r];
            for (int k = 0; k < most_carried; ++k) loop.values[k] = f.values[k];
            loop.inner = f.inner;
        }
    }
}

/// The value of node `i` of a group: nowhere, if it is only read in passing.
constexpr void place_value(planning& w, int i, int group) {
    const auto u = static_cast<std::size_t>(i);
    location& at = w.places[u];
    const int region = region_of(w.at(i).kind);
    if (at.where == store::gradient || w.at(i).op->how == structure::effect) return;
    if (const int k = graph::place_of(i, w.g.result); k >= 0) at = {store::result, {k, 0}};
    else if (const int q = graph::place_of(i, w.g.input_gradient); q >= 0) at = {store::input_gradient, {q, 0}};
    else if (w.outlives[u]) {
        at.where = store::kept;
        at.half = w.half[u];
        at.offset = w.made.kept[region];
        w.made.kept[region] = at.offset + w.columns(i);
    } else if (w.stored[u]) {
        at.where = store::temporary;
        at.half = w.half[u];
        w.put(at.offset, region, w.columns(i), group, w.last[u]);
    }
}
/// Values in the order in which they appear, what is added to them for good; then everything that
/// was asked for gets its place.
constexpr void place_values(planning& w) {
    for (int i = 0; i < w.count(); ++i)
        if (w.at(i).op == &operation_of<added_leaf> && w.live(i)) {
            location& at = w.places[static_cast<std::size_t>(i)];
            at.where = store::temporary;
            w.put(at.offset, region_of(w.at(i).kind), columns_of(w.at(i).kind, w.at(i).width), 0,
                  w.groups());
        }
    for (int group = 0; group < w.groups(); ++group)
        for (int i : w.members[static_cast<std::size_t>(group)]) place_value(w, i, group);
    w.fixed.place();
    w.classes.place();
    for (int r = 0; r < most_regions; ++r)
        w.made.temporary[r] = {w.fixed.height[r], w.classes.height[r]};
}

/// What a pipeline takes of a thread's buffers, and of partial sums.
struct buffers {
    amount scratch{}, rows{}, partial{};
    int scalars = 0;
};
/// The place of one member of a pipeline in its buffers: a column of partial sums, scratch between
/// two stages, a row between two passes, a scalar.
constexpr void place_in_buffers(planning& w, buffers& taken, int i) {
    const auto u = static_cast<std::size_t>(i);
    const node& v = w.at(i);
    const auto how = v.op->how;
    const bool wide = v.width == run_time;
    const amount width = wide ? amount{0, 1} : amount{v.width, 0};
    location& at = w.places[u];
    if (how == structure::sink) {
        at.partial = static_cast<int>(wide ? taken.partial.classes : taken.partial.fixed);
        taken.partial = taken.partial + width;
        return;
    }
    if (at.where == store::nowhere && (w.crosses[u] || how == structure::block)) {
        at.where = store::scratch;
        at.half = w.half[u];
        at.offset = taken.scratch;
        taken.scratch = taken.scratch + (at.half ? w.columns(i) : width);
    }
    if (how == structure::block) return;
    if (v.width == 1) at.scalar = taken.scalars++;
    else if (at.where == store::nowhere && (w.passed[u] || how == structure::generate)) {
        at.row_fixed = taken.rows.fixed;
        at.row_classes = taken.rows.classes;
        taken.rows = taken.rows + (wide ? amount{16, 1} : amount{(v.width + 127) / 128 * 128, 0});
    }
}
/// Buffers are shared by all pipelines: as large as the largest asks.
constexpr void place_pipelines(planning& w) {
    auto& most = w.out.memory;
    for (int group = 0; group < w.groups(); ++group) {
        if (w.alone(group)) continue;
        buffers taken;
        for (int i : w.members[static_cast<std::size_t>(group)]) place_in_buffers(w, taken, i);
        most.scratch = larger(most.scratch, taken.scratch);
        most.rows = larger(most.rows, taken.rows);
        if (taken.scalars > most.scalars) most.scalars = taken.scalars;
        auto& partial = most.partial[region_of(w.s.groups[static_cast<std::size_t>(group)].kind)];
        partial = larger(partial, taken.partial);
    }
}

constexpr void place_leaves(planning& w) {
    for (int i = 0; i < w.count(); ++i) {
        const auto* op = w.at(i).op;
        location& here = w.places[static_cast<std::size_t>(i)];
        auto& where = here.where;
        if (op == &operation_of<weight_leaf>) where = store::weight;
        else if (op == &operation_of<field_leaf>) where = store::field;
        else if (op == &operation_of<symbol_leaf>) {
            where = store::symbol;
            for (int k = 0; k < w.at(i).detail; ++k)
                here.offset = here.offset + symbol_size(w.all.symbols[static_cast<std::size_t>(k)].width);
        }
        else if (op == &operation_of<argument_leaf>) {
            const int k = w.at(i).detail;
            here = k < most_carried ? location{store::input, {k, 0}} : location{store::seed, {k - most_carried, 0}};
        }
    }
}

} // namespace hone::detail
