// The planner: for each graph, who reads what and where; then a place for every value, a frame for every block under repeat, and
// the sizes of the buffers that a pipeline needs. Ordinary loops over arrays, run by the compiler.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/plan.hpp"
#include "hone/expression/shelf.hpp"

namespace hone {

namespace detail {

/// A loop and its backward pass: one repeat, on one input (the same layers may run on several).
constexpr bool same_call(const node& a, const node& b) { return a.detail == b.detail && a.layer == b.layer && a.argument[0] == b.argument[0]; }

/// Which values stand in memory as bf16, where products multiply bf16: what a row stage writes and only row stages, products and attention read, if one of
/// the last two reads it (it would round it itself) or the backward pass does (a product gave it). Not the values that go from layer to layer. In the
/// scratch of a pipeline, what products alone read.
constexpr flags halves_of(const graph& g, const grouping& s, const flags& stored, const flags& crosses, const flags& outlives, const growing<int>* roots) {
    const auto count = g.nodes.size();
    flags half(count, false), multiplied(count, false);
    for (std::size_t i = 0; i < count; ++i) {
        const node& v = g.nodes[i];
        half[i] = (stored[i] || crosses[i]) && v.op->how == structure::element && s.group_of[i] >= 0 && s.groups[static_cast<std::size_t>(s.group_of[i])].node < 0 && v.kind > 0 &&
                  v.width > 0 && v.width % 32 == 0 && static_cast<int>(i) != g.result && static_cast<int>(i) != g.input_gradient;
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (!s.live[i]) continue;
        const node& v = g.nodes[i];
        for (int k = 0; k < v.count; ++k) {
            const auto a = static_cast<std::size_t>(v.argument[k]);
            const bool product = (v.op->multiplies && (v.op->how != structure::block || k == 0)) || ((v.op->factors >> k & 1) != 0 && g.nodes[a].width % (32 * v.op->parts) == 0);
            const bool row_stage = v.op->how == structure::element || v.op->how == structure::reduce || v.op->how == structure::sink;
            if (product) multiplied[a] = true;
            if (!product && !(row_stage && stored[a])) half[a] = false;
        }
    }
    for (std::size_t i = 0; i < count; ++i) half[i] = half[i] && (multiplied[i] || outlives[i]);
    if (roots)
        for (int r : *roots) half[static_cast<std::size_t>(r)] = false;
    return half;
}

struct planner {
    const program& p;
    planned& out;

    constexpr void graph_at(int number) {
        const graph& g = p.graphs[static_cast<std::size_t>(number)];
        grouping s;
        arrange(s, g, number == 0 ? &p.roots : nullptr);
        const int n = static_cast<int>(g.nodes.size());
        graph_plan made;
        made.first_node = static_cast<int>(out.nodes.size());
        made.first_group = static_cast<int>(out.groups.size());
        growing<location> places(g.nodes.size());
        const auto group_of = [&](int i) { return s.group_of[static_cast<std::size_t>(i)]; };
        const node* const nodes = g.nodes.data();
        const auto at = [&](int i) -> const node& { return nodes[i]; };
        const auto is_live = [&](int i) { return s.live[static_cast<std::size_t>(i)]; };
        const int groups = static_cast<int>(s.groups.size());

        // who reads what, where
        growing<int> last(g.nodes.size(), -1);
        flags stored(g.nodes.size(), false), crosses(g.nodes.size(), false), passed(g.nodes.size(), false), outlives(g.nodes.size(), false);
        for (int i = 0; i < n; ++i) {
            if (!is_live(i) || at(i).op->how == structure::leaf) continue;
            const auto u = static_cast<std::size_t>(i);
            const bool alone = s.groups[static_cast<std::size_t>(group_of(i))].node >= 0;
            if (alone) stored[u] = true;
            if (at(i).op->how == structure::sink) stored[u] = true;
            if (last[u] < group_of(i)) last[u] = group_of(i);
            for (int k = 0; k < at(i).count; ++k) {
                const auto a = static_cast<std::size_t>(at(i).argument[k]);
                if (group_of(static_cast<int>(a)) != group_of(i)) stored[a] = true;
                else if (s.stage_of[a] != s.stage_of[u] || at(i).op->how == structure::block) crosses[a] = true;
                else if (s.pass_of[a] != s.pass_of[u]) passed[a] = true;
                if (group_of(i) > last[a]) last[a] = group_of(i);
                if (number > 0 && i >= g.forward && static_cast<int>(a) < g.forward) outlives[a] = true;
            }
        }
        if (number == 0)
            for (int r : p.roots) {
                stored[static_cast<std::size_t>(r)] = true;
                last[static_cast<std::size_t>(r)] = groups;
            }

        flags half(g.nodes.size(), false);
        if (out.rounded) half = halves_of(g, s, stored, crosses, outlives, number == 0 ? &p.roots : nullptr);
        const auto columns = [&](int i) {
            return half[static_cast<std::size_t>(i)] ? amount{at(i).width / 2, 0} : columns_of(at(i).kind, at(i).width);
        };
        shelf fixed, classes;
        const auto put = [&](amount& to, int region, amount size, int from, int until) {
            fixed.want(to.fixed, region, size.fixed, from, until);
            classes.want(to.classes, region, size.classes, from, until);
        };
        // gradients that are written where they are wanted
        growing<int> readers(g.nodes.size(), 0);
        for (int i = 0; i < n; ++i)
            for (int k = 0; k < at(i).count && is_live(i); ++k) ++readers[static_cast<std::size_t>(at(i).argument[k])];
        for (int i = 0; i < n; ++i) {
            if (at(i).op != &operation_of<accumulate_>) continue;
            const auto a = static_cast<std::size_t>(at(i).argument[0]);
            const auto how = g.nodes[a].op->how;
            if (readers[a] == 1 && (how == structure::whole || how == structure::sink)) {
                places[a].where = store::gradient;
                places[a].offset.fixed = at(i).detail;
            }
        }
        // loops: frames of their blocks in this frame
        growing<loop_plan> loops;
        loops.reserve(s.groups.size());
        for (int gi = 0; gi < groups; ++gi) {
            const int i = s.groups[static_cast<std::size_t>(gi)].node;
            if (i < 0 || at(i).op->how != structure::loop) continue;
            const auto& use = p.loops[static_cast<std::size_t>(at(i).detail)];
            const auto& body = out.graphs[static_cast<std::size_t>(use.body)];
            loops.push_back({});
            loop_plan& loop = loops[loops.size() - 1];
            loop.node = made.first_node + i;
            int until = gi;
            if (at(i).op == &operation_of<loop_>)
                for (int k = 0; k < n; ++k)
                    if (at(k).op == &operation_of<loop_back_> && same_call(at(k), at(i)) && group_of(k) > until) until = group_of(k);
            const bool forward = at(i).op == &operation_of<loop_>;
            const int region = region_of(at(i).kind);
            for (int r = 0; r < most_regions; ++r) put(loop.temporary[r], r, body.temporary[r], gi, gi);
            if (forward) {
                loop.inner = number > 0 && use.backward;
                const auto keep = [&](amount& to, int r, amount size) {
                    if (!loop.inner) return put(to, r, size, gi, until);
                    to = made.kept[r];
                    made.kept[r] = to + size;
                };
                for (int r = 0; r < most_regions; ++r) keep(loop.kept[r], r, body.kept[r] * use.count);
                const int carried = use.backward ? use.count - 1 : use.count > 2 ? 2 : use.count - 1;
                keep(loop.values, region, columns_of(at(i).kind, at(i).width) * carried);
            } else {
                const int carried = use.count > 2 ? 2 : use.count - 1;
                put(loop.gradients, region, columns_of(at(i).kind, at(i).width) * carried, gi, gi);
            }
        }
        growing<growing<int>> members_of(s.groups.size());
        for (int i = 0; i < n; ++i)
            if (group_of(i) >= 0) members_of[static_cast<std::size_t>(group_of(i))].push_back(i);
        // values, in the order in which they appear
        for (int gi = 0; gi < groups; ++gi)
            for (int i : members_of[static_cast<std::size_t>(gi)]) {
                const auto u = static_cast<std::size_t>(i);
                auto& at_place = places[u];
                if (at_place.where == store::gradient || at(i).op->how == structure::effect) continue;
                if (i == g.result) at_place.where = store::result;
                else if (i == g.input_gradient) at_place.where = store::input_gradient;
                else if (outlives[u]) {
                    at_place.where = store::kept;
                    at_place.half = half[u];
                    const auto size = columns(i);
                    at_place.offset = made.kept[region_of(at(i).kind)];
                    auto& total = made.kept[region_of(at(i).kind)];
                    total = total + size;
                } else if (stored[u]) {
                    at_place.where = store::temporary;
                    at_place.half = half[u];
                    put(at_place.offset, region_of(at(i).kind), columns(i), gi, last[u]);
                }
            }
        fixed.place();
        classes.place();
        const auto node_of = [&](const loop_plan& l) -> const node& { return at(l.node - made.first_node); };
        for (auto& loop : loops) // what the forward loop keeps is read by the backward one
            if (node_of(loop).op == &operation_of<loop_back_>)
                for (const auto& f : loops)
                    if (node_of(f).op == &operation_of<loop_> && same_call(node_of(f), node_of(loop))) {
                        for (int r = 0; r < most_regions; ++r) loop.kept[r] = f.kept[r];
                        loop.values = f.values;
                        loop.inner = f.inner;
                    }
        for (const auto& loop : loops) out.loop_plans.push_back(loop);
        // scratch, row buffers, scalars and partial sums of each pipeline
        for (int gi = 0; gi < groups; ++gi) {
            if (s.groups[static_cast<std::size_t>(gi)].node >= 0) continue;
            amount scratch, rows, partial;
            int scalars = 0;
            for (int i : members_of[static_cast<std::size_t>(gi)]) {
                const auto u = static_cast<std::size_t>(i);
                auto& here = places[u];
                const auto& v = at(i);
                const amount width = v.width == run_time ? amount{0, 1} : amount{v.width, 0};
                if (v.op->how == structure::sink) {
                    here.partial = static_cast<int>(v.width == run_time ? partial.classes : partial.fixed);
                    partial = partial + width;
                    continue;
                }
                if (here.where == store::nowhere && (crosses[u] || v.op->how == structure::block)) {
                    here.where = store::scratch;
                    here.half = half[u];
                    here.offset = scratch;
                    scratch = scratch + (here.half ? columns(i) : width);
                }
                if (v.op->how == structure::block) continue;
                if (v.width == 1) here.scalar = scalars++;
                else if ((passed[u] && here.where == store::nowhere) || (v.op->how == structure::generate && here.where == store::nowhere)) {
                    here.row_fixed = rows.fixed;
                    here.row_classes = rows.classes;
                    rows = rows + (v.width == run_time ? amount{16, 1} : amount{(v.width + 127) / 128 * 128, 0});
                }
            }
            auto& m = out.memory;
            m.scratch = larger(m.scratch, scratch);
            m.rows = larger(m.rows, rows);
            if (scalars > m.scalars) m.scalars = scalars;
            auto& total = m.partial[region_of(s.groups[static_cast<std::size_t>(gi)].kind)];
            total = larger(total, partial);
        }
        for (int i = 0; i < n; ++i) { // leaves
            const auto* op = at(i).op;
            auto& here = places[static_cast<std::size_t>(i)];
            if (op == &operation_of<weight_leaf>) here.where = store::weight;
            else if (op == &operation_of<field_leaf>) here.where = store::field;
            else if (op == &operation_of<symbol_leaf>) {
                here.where = store::symbol;
                for (int k = 0; k < at(i).detail; ++k) here.offset = here.offset + symbol_size(p.symbols[static_cast<std::size_t>(k)].width);
            }
            else if (op == &operation_of<argument_leaf>) here.where = at(i).detail == 0 ? store::input : store::seed;
        }
        for (int r = 0; r < most_regions; ++r) made.temporary[r] = {fixed.height[r], classes.height[r]};
        // into the flat arrays
        const auto shift = [](int x, int by) { return x < 0 ? x : x + by; };
        const int stages = static_cast<int>(out.stages.size()), passes = static_cast<int>(out.passes.size()), members = static_cast<int>(out.members.size());
        for (auto v : g.nodes) {
            for (int k = 0; k < v.count; ++k) v.argument[k] += made.first_node;
            out.nodes.push_back(v);
        }
        for (const auto& x : places) out.places.push_back(x);
        for (auto x : s.groups) {
            x.node = shift(x.node, made.first_node);
            x.first += stages;
            x.last += stages;
            made.forward_groups += !x.backward;
            out.groups.push_back(x);
        }
        for (auto x : s.stages) {
            x.node = shift(x.node, made.first_node);
            x.first += passes;
            x.last += passes;
            out.stages.push_back(x);
        }
        for (auto x : s.passes) {
            x.first += members;
            x.last += members;
            out.passes.push_back(x);
        }
        for (int x : s.members) out.members.push_back(x + made.first_node);
        made.last_node = static_cast<int>(out.nodes.size());
        made.last_group = static_cast<int>(out.groups.size());
        made.input = shift(g.input, made.first_node);
        made.result = shift(g.result, made.first_node);
        made.seed = shift(g.seed, made.first_node);
        made.input_gradient = shift(g.input_gradient, made.first_node);
        out.graphs[static_cast<std::size_t>(number)] = made;
    }
};

} // namespace detail

/// Plans all graphs: blocks before what contains them.
constexpr void plan_all(planned& out, const program& p) {
    detail::planner planner{p, out};
    planner.out.graphs.resize(p.graphs.size());
    for (int i = static_cast<int>(p.graphs.size()) - 1; i >= 0; --i) planner.graph_at(i);
    for (int r = 0; r < most_regions; ++r) planner.out.memory.columns[r] = planner.out.graphs[0].temporary[r];
}

} // namespace hone
