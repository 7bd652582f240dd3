// The planner: for each graph, groups, lifetimes and places, one pass after the other; then all
// graphs in the flat arrays of one plan. Ordinary loops over arrays, run by the compiler.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/places.hpp"

namespace hone {

namespace detail {

constexpr int shifted(int x, int by) { return x < 0 ? x : x + by; }

/// The graph behind those that are planned already: all its numbers count from there.
constexpr void append(planned& out, planning& w) {
    graph_plan& made = w.made;
    const auto size = [](const auto& list) { return static_cast<int>(list.size()); };
    const int node = made.first_node, stages = size(out.stages), passes = size(out.passes),
              members = size(out.members);
    for (auto v : w.g.nodes) {
        for (int k = 0; k < v.count; ++k) v.argument[k] += node;
        out.nodes.push_back(v);
    }
    for (const auto& x : w.places) out.places.push_back(x);
    for (const auto& x : w.loops) out.loop_plans.push_back(x);
    for (auto x : w.s.groups) {
        x.node = shifted(x.node, node);
        x.first += stages;
        x.last += stages;
        made.forward_groups += !x.backward;
        out.groups.push_back(x);
    }
    for (auto x : w.s.stages) {
        x.node = shifted(x.node, node);
        x.first += passes;
        x.last += passes;
        out.stages.push_back(x);
    }
    for (auto x : w.s.passes) {
        x.first += members;
        x.last += members;
        out.passes.push_back(x);
    }
    for (int x : w.s.members) out.members.push_back(x + node);
    made.last_node = static_cast<int>(out.nodes.size());
    made.last_group = static_cast<int>(out.groups.size());
    for (int k = 0; k < most_carried; ++k) {
        made.seed[k] = shifted(w.g.seed[k], node);
        made.input_gradient[k] = shifted(w.g.input_gradient[k], node);
    }
    out.graphs[static_cast<std::size_t>(w.number)] = made;
}

} // namespace detail

/// All passes over one graph, in their order.
constexpr void plan_graph(detail::planning& w) {
    w.made.first_node = static_cast<int>(w.out.nodes.size());
    w.made.first_group = static_cast<int>(w.out.groups.size());
    w.places.resize(w.g.nodes.size());
    find_groups(w);
    find_lifetimes(w);
    find_halves(w);
    place_gradients(w);
    place_loops(w);
    place_values(w);
    join_loops(w);
    place_pipelines(w);
    place_leaves(w);
}

/// Plans all graphs: blocks before what contains them, so the deepest first (a block may be one that
/// another graph had before). `look` is called with each before it goes into the arrays.
template <class Look>
constexpr void plan_all(planned& out, const program& p, Look look) {
    out.graphs.resize(p.graphs.size());
    for (int depth = most_nested; depth >= 0; --depth)
        for (int i = static_cast<int>(p.graphs.size()) - 1; i >= 0; --i) {
            if (p.graphs[static_cast<std::size_t>(i)].depth != depth) continue;
            detail::planning w{p, out, i};
            plan_graph(w);
            look(std::as_const(w));
            append(out, w);
        }
    for (int r = 0; r < most_regions; ++r) out.memory.columns[r] = out.graphs[0].temporary[r];
}
constexpr void plan_all(planned& out, const program& p) {
    plan_all(out, p, [](const detail::planning&) {});
}

} // namespace hone
