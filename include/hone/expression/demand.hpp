// Reading only what is asked for. A selection (the first token of each sequence, the masked words) moves up through everything that works row by
// row and stops at keys and values of attention; a node demanded whole, or by two selections, is computed whole. The last layer of a
// repeat whose result is only read through a selection leaves its loop, so that most of it runs on a few rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/taken_out.hpp"

namespace hone {

/// The number of arguments (from the first) of `n` that follow a selection of its rows; the others are read whole.
constexpr bool follows(const node& n, int argument, int argument_kind) {
    return !n.op->read_elsewhere.has(argument) && argument_kind == n.kind;
}

namespace detail {

/// The column by which a node picks some of the rows of its first argument (a node of its own: equal ones are one); -1: it does not.
constexpr int selection_by(const program& p, const growing<node>& nodes, const node& n) {
    if (!n.op->selects || n.count < 2) return -1;
    return picks(p.inputs[static_cast<std::size_t>(nodes[static_cast<std::size_t>(n.argument[1])].detail)].what) ? n.argument[1] : -1;
}

constexpr bool is_place(const program& p, const node& n) { return p.inputs[static_cast<std::size_t>(n.detail)].what == batch_column::place; }

struct readers {
    growing<int> selection; ///< per node: the one selection that all readers are, else -1
    flags whole;            ///< per node: a reader asks for all of its rows
    const operation* by = nullptr; ///< the op that picks rows
    constexpr readers(const program& p) : selection(p.graphs[0].nodes.size(), -1), whole(p.graphs[0].nodes.size(), false) {
        const auto& nodes = p.graphs[0].nodes;
        for (int r : p.roots) whole[static_cast<std::size_t>(r)] = true;
        for (std::size_t i = nodes.size(); i-- > 0;) {
            const auto& n = nodes[i];
            if (!whole[i] && selection[i] < 0 && n.op->how != structure::effect) continue; // nobody reads it
            const bool part = in_part(i, p, nodes);
            const int own = selection_by(p, nodes, n);
            if (own >= 0) by = n.op;
            for (int k = 0; k < n.count; ++k) {
                const auto a = static_cast<std::size_t>(n.argument[k]);
                const int wanted = k == 0 && own >= 0 ? own : part && follows(n, k, nodes[a].kind) ? selection[i] : -1;
                if (wanted < 0 || (selection[a] >= 0 && selection[a] != wanted)) whole[a] = true;
                else selection[a] = wanted;
            }
        }
    }
    /// Are rows of this node asked for in part, and can it be computed for them alone?
    constexpr bool in_part(std::size_t i, const program& p, const growing<node>& nodes) const {
        const node& n = nodes[i];
        if (whole[i] || selection[i] < 0 || !n.op->row_by_row || n.op->how == structure::leaf || n.op->how == structure::source || n.op->selects) return false;
        for (int k = 0; k < n.count; ++k) // whole numbers of a batch are read where they lie
            if (const node& a = nodes[static_cast<std::size_t>(n.argument[k])]; a.integer && follows(n, k, a.kind) && !is_place(p, a)) return false;
        return true;
    }
};

} // namespace detail

/// Takes the last layer out of each loop whose result is only read through a selection.
constexpr void take_out_last_layers(program& p) {
    const detail::readers asked(p);
    const auto old = p.graphs[0].nodes;
    p.graphs[0].nodes.clear();
    graph_builder b{p, 0};
    growing<int> now(old.size(), -1);
    for (std::size_t i = 0; i < old.size(); ++i) {
        node n = old[i];
        for (int k = 0; k < n.count; ++k) n.argument[k] = now[static_cast<std::size_t>(n.argument[k])];
        if (n.op->how != structure::loop || n.layer >= 0 || asked.whole[i] || asked.selection[i] < 0 || p.loops[static_cast<std::size_t>(n.detail)].carried > 1) {
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
        const auto inside = take_out(b, use.body, use.depth, last, n.argument);
        now[i] = inside[static_cast<std::size_t>(p.graphs[static_cast<std::size_t>(use.body)].result[0])];
    }
    for (int& r : p.roots) r = now[static_cast<std::size_t>(r)];
}

/// Moves selections up: nodes that are only read in part are computed for those rows.
constexpr void move_selections_up(program& p) {
    const auto old = p.graphs[0].nodes;
    const detail::readers asked(p);
    p.graphs[0].nodes.clear();
    graph_builder b{p, 0};
    growing<int> now(old.size(), -1);
    const auto in_part = [&](int i) { return asked.in_part(static_cast<std::size_t>(i), p, old); };
    for (std::size_t i = 0; i < old.size(); ++i) {
        node n = old[i];
        const bool part = asked.in_part(i, p, old);
        if (detail::selection_by(p, old, n) >= 0 && in_part(n.argument[0])) { // computed for these rows already
            now[i] = now[static_cast<std::size_t>(n.argument[0])];
            continue;
        }
        const int selection = part ? asked.selection[i] : -1;
        const int kind = part ? old[static_cast<std::size_t>(selection)].kind : n.kind;
        for (int k = 0; k < n.count; ++k) {
            const int a = old[i].argument[k];
            const node& from = old[static_cast<std::size_t>(a)];
            n.argument[k] = now[static_cast<std::size_t>(a)];
            if (part && follows(old[i], k, from.kind) && from.integer) { // where the picked rows stand in their sequences
                const auto by = p.inputs[static_cast<std::size_t>(old[static_cast<std::size_t>(selection)].detail)];
                n.argument[k] = b.column(by.field, place_of(by.what), kind);
            } else if (part && follows(old[i], k, from.kind) && !in_part(a))
                n.argument[k] = b.add(*asked.by, {n.argument[k], b.insert(old[static_cast<std::size_t>(selection)])}, from.width, kind);
        }
        if (part) n.kind = kind;
        if (n.op->how == structure::output && old[i].kind == old[static_cast<std::size_t>(old[i].argument[0])].kind)
            n.kind = b.at(n.argument[0]).kind;
        now[i] = b.insert(n);
    }
    for (int& r : p.roots) r = now[static_cast<std::size_t>(r)];
}

} // namespace hone
