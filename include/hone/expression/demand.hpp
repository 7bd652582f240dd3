// Reading only what is asked for. A selection (the first token of each sequence) moves up through everything that works row by
// row and stops at keys and values of attention; a node demanded both whole and in part is computed whole. The last layer of a
// repeat whose result is only read through a selection leaves its loop, so that most of it runs on a few rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/builder.hpp"

namespace hone {

/// The number of arguments (from the first) of `n` that follow a selection of its rows; the others are read whole.
constexpr bool follows(const node& n, int argument, int argument_kind) {
    return !((n.op->indirect >> argument) & 1) && argument_kind == n.kind;
}

namespace detail {

struct readers {
    growing<const operation*> selection; ///< per node: the one selection that all readers are, else null
    flags whole;                 ///< per node: a reader asks for all of its rows
    constexpr readers(const growing<node>& nodes, const growing<int>& roots) : selection(nodes.size(), nullptr), whole(nodes.size(), false) {
        for (int r : roots) whole[static_cast<std::size_t>(r)] = true;
        for (std::size_t i = nodes.size(); i-- > 0;) {
            const auto& n = nodes[i];
            if (!whole[i] && !selection[i] && n.op->how != structure::effect) continue; // nobody reads it
            // rows of this node are asked for in part, and it can be computed for them alone
            const bool part = !whole[i] && selection[i] && n.op->row_by_row && n.op->how != structure::leaf && n.op->how != structure::source;
            for (int k = 0; k < n.count; ++k) {
                const auto a = static_cast<std::size_t>(n.argument[k]);
                const operation* wanted = n.op->selects ? n.op : part && follows(n, k, nodes[a].kind) ? selection[i] : nullptr;
                if (!wanted || (selection[a] && selection[a] != wanted)) whole[a] = true;
                else selection[a] = wanted;
            }
        }
    }
    constexpr bool in_part(std::size_t i, const node& n) const {
        return !whole[i] && selection[i] && n.op->row_by_row && n.op->how != structure::leaf && n.op->how != structure::source && !n.op->selects;
    }
};

} // namespace detail

/// Takes the last layer out of each loop whose result is only read through a selection.
constexpr void take_out_last_layers(program& p) {
    const detail::readers asked(p.graphs[0].nodes, p.roots);
    const auto old = p.graphs[0].nodes;
    p.graphs[0].nodes.clear();
    graph_builder b{p, 0};
    growing<int> now(old.size(), -1);
    for (std::size_t i = 0; i < old.size(); ++i) {
        node n = old[i];
        for (int k = 0; k < n.count; ++k) n.argument[k] = now[static_cast<std::size_t>(n.argument[k])];
        if (n.op->how != structure::loop || asked.whole[i] || !asked.selection[i]) {
            now[i] = b.insert(n);
            continue;
        }
        const auto use = p.loops[static_cast<std::size_t>(n.detail)];
        const int last = use.first + use.count - 1;
        if (use.count > 1) {
            auto fewer = use;
            --fewer.count;
            n.detail = position(p.loops, fewer);
            n.argument[0] = b.insert(n);
        }
        const auto& body = p.graphs[static_cast<std::size_t>(use.body)];
        growing<int> inside(body.nodes.size(), -1);
        for (std::size_t k = 0; k < body.nodes.size(); ++k) {
            node m = body.nodes[k];
            if (static_cast<int>(k) == body.input) {
                inside[k] = n.argument[0];
                continue;
            }
            for (int a = 0; a < m.count; ++a) m.argument[a] = inside[static_cast<std::size_t>(m.argument[a])];
            if (m.op == &operation_of<weight_leaf>) {
                auto w = p.uses[static_cast<std::size_t>(m.detail)];
                w.layer[use.depth] = last;
                m.detail = position(p.uses, w);
            } else if (m.op->how == structure::loop || m.op->how == structure::generate || m.op->how == structure::whole)
                m.layer = last; // random numbers are told apart by it
            inside[k] = b.insert(m);
        }
        now[i] = inside[static_cast<std::size_t>(body.result)];
    }
    for (int& r : p.roots) r = now[static_cast<std::size_t>(r)];
}

/// Moves selections up: nodes that are only read in part are computed for those rows.
constexpr void move_selections_up(program& p) {
    const auto old = p.graphs[0].nodes;
    const detail::readers asked(old, p.roots);
    p.graphs[0].nodes.clear();
    graph_builder b{p, 0};
    growing<int> now(old.size(), -1);
    for (std::size_t i = 0; i < old.size(); ++i) {
        node n = old[i];
        const bool part = asked.in_part(i, n);
        const auto select = [&](int k) {
            const auto a = static_cast<std::size_t>(old[i].argument[k]);
            const operation* op = part ? asked.selection[i] : n.op;
            if (asked.in_part(a, old[a])) return now[a]; // computed for these rows already
            return b.add(*op, {now[a]}, old[a].width, per_sequence_code);
        };
        if (n.op->selects && asked.in_part(static_cast<std::size_t>(n.argument[0]), old[static_cast<std::size_t>(n.argument[0])])) {
            now[i] = now[static_cast<std::size_t>(n.argument[0])];
            continue;
        }
        for (int k = 0; k < n.count; ++k) {
            const auto a = static_cast<std::size_t>(old[i].argument[k]);
            n.argument[k] = part && follows(old[i], k, old[a].kind) ? select(k) : now[a];
        }
        if (part) n.kind = per_sequence_code;
        if (n.op->how == structure::output && old[i].kind == old[static_cast<std::size_t>(old[i].argument[0])].kind)
            n.kind = b.at(n.argument[0]).kind;
        now[i] = b.insert(n);
    }
    for (int& r : p.roots) r = now[static_cast<std::size_t>(r)];
}

} // namespace hone
