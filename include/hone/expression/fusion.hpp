// Which nodes run together. A group is a set of nodes of one row kind that a thread can compute for
// its own block of rows with nothing but those rows: products, elementwise work and row statistics.
// Inside, stages alternate: products work on the block, everything between them is one stage of row
// passes, whose values live in registers. Attention, weight gradients and loops stand alone. Every
// node is computed in exactly one place; values leave a group only if another group reads them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/builder.hpp"

namespace hone {

/// Nodes whose columns are walked together; width 1 is the scalar work between two walks.
struct pass_plan {
    int width = 1, first = 0, last = 0; ///< members [first, last)
};
/// A product on the block (`node`), or row passes [first, last).
struct stage_plan {
    int node = -1, first = 0, last = 0;
};
/// A pipeline over blocks of rows (node < 0), or one node alone.
struct group_plan {
    int node = -1, kind = 0, first = 0, last = 0; ///< stages [first, last)
    bool backward = false;
};

/// The groups of one graph, in the order in which they run, and where each node fell.
struct grouping {
    growing<group_plan> groups;
    growing<stage_plan> stages;
    growing<pass_plan> passes;
    growing<int> members;
    growing<int> group_of, stage_of, pass_of; ///< per node; -1: leaf, or not needed
    flags live;
};

namespace detail {

constexpr bool in_rows(structure s) {
    return s == structure::element || s == structure::reduce || s == structure::source || s == structure::generate ||
           s == structure::sink;
}

/// Takes out of `list`, in its order, what `wanted` accepts.
template <class Wanted>
constexpr void take_from(growing<int>& list, Wanted wanted) {
    int* const all = list.data();
    std::size_t left = 0;
    for (std::size_t k = 0; k < list.size(); ++k)
        if (const int i = all[k]; !wanted(i)) all[left++] = i;
    list.resize(left);
}

struct scheduler {
    const graph& g;
    grouping& out;

    constexpr const node& at(int i) const { return g.nodes.data()[i]; } // not [i]: the compiler counts its steps
    constexpr int group_of(int i) const { return out.group_of.data()[i]; }

    constexpr void mark_live(const growing<int>* roots) {
        const auto n = g.nodes.size();
        out.live.assign(n, false);
        const auto mark = [&](int i) {
            if (i >= 0) out.live[static_cast<std::size_t>(i)] = true;
        };
        if (roots)
            for (int r : *roots) mark(r);
        for (int k = 0; k < most_carried; ++k) {
            mark(g.result[k]);
            mark(g.input_gradient[k]);
        }
        for (std::size_t i = n; i-- > 0;) {
            const auto& v = g.nodes[i];
            if (v.op->how == structure::effect || v.op == &operation_of<loop_back_>) out.live[i] = true;
            if (out.live[i])
                for (int k = 0; k < v.count; ++k) mark(v.argument[k]);
        }
        for (std::size_t i = 0; i < n; ++i) // an op gives all its results or none
            if (g.nodes[i].op->how == structure::output) out.live[i] = out.live[static_cast<std::size_t>(g.nodes[i].argument[0])];
    }
    /// The kind of rows over which a node is walked.
    constexpr int walked(const node& n) const { return n.op->how == structure::sink ? at(n.argument[0]).kind : n.kind; }
    /// The width over which a row node is walked.
    constexpr int pass_width(const node& n) const {
        return n.op->how == structure::sink || n.op->how == structure::reduce ? at(n.argument[0]).width : n.width;
    }
    /// Does a node run on blocks of rows, beside others?
    constexpr bool in_pipeline(const node& n) const {
        return in_rows(n.op->how) || n.op->how == structure::block;
    }
    constexpr bool available(int a, const node& reader, int k, int group) const {
        if (at(a).op->how == structure::leaf) return true;
        const int of = group_of(a);
        if (of < 0) return false;
        if (of < group) return true;
        return !reader.op->read_elsewhere.has(k) && at(a).op->how != structure::sink;
    }
    constexpr bool ready(const node& n, int group) const {
        for (int k = 0; k < n.count; ++k)
            if (!available(n.argument[k], n, k, group)) return false;
        return true;
    }
    /// Places the nodes [from, to): a group at a time, from the first node that is ready.
    constexpr void run(int from, int to, bool backward) {
        growing<int> left;
        for (int i = from; i < to; ++i)
            if (out.live[static_cast<std::size_t>(i)] && at(i).op->how != structure::leaf) left.push_back(i);
        while (!left.empty()) {
            const int group = static_cast<int>(out.groups.size());
            const int head = first_ready(left, group);
            if (head < 0) return; // cannot happen: arguments come before their readers
            group_plan made;
            made.backward = backward;
            made.kind = walked(at(head));
            if (in_pipeline(at(head))) {
                made.first = static_cast<int>(out.stages.size());
                arrange(pipeline_of(left, made.kind, group), group);
                made.last = static_cast<int>(out.stages.size());
            } else {
                made.node = head;
                take_alone(left, head, group);
            }
            out.groups.push_back(made);
        }
    }
    constexpr int first_ready(const growing<int>& left, int group) const {
        for (int i : left)
            if (at(i).op->how != structure::output && ready(at(i), group)) return i;
        return -1;
    }
    /// Takes a node that stands alone, and its outputs.
    constexpr void take_alone(growing<int>& left, int head, int group) {
        take_from(left, [&](int i) {
            const bool output = at(i).op->how == structure::output && at(i).argument[0] == head;
            if (i != head && !output) return false;
            out.group_of[static_cast<std::size_t>(i)] = group;
            return true;
        });
    }
    /// Takes what runs over rows of this kind and is ready.
    constexpr growing<int> pipeline_of(growing<int>& left, int kind, int group) {
        growing<int> inside;
        take_from(left, [&](int i) {
            if (!in_pipeline(at(i)) || walked(at(i)) != kind || !ready(at(i), group)) return false;
            out.group_of[static_cast<std::size_t>(i)] = group;
            inside.push_back(i);
            return true;
        });
        return inside;
    }

    /// Stages and passes of one pipeline: row passes while there are any, then the products that
    /// can follow.
    constexpr void arrange(growing<int> left, int group) {
        while (!left.empty()) {
            stage_plan rows;
            rows.first = static_cast<int>(out.passes.size());
            while (take_pass(left, group)) {}
            rows.last = static_cast<int>(out.passes.size());
            if (rows.last > rows.first) out.stages.push_back(rows);
            take_products(left, group);
        }
    }
    /// Is node `a` computed before what is placed next in this group?
    constexpr bool placed(int a, int group) const {
        return at(a).op->how == structure::leaf || group_of(a) != group || out.stage_of.data()[a] >= 0;
    }
    /// Can `n` be computed in this pass, column by column with what is in it already?
    constexpr bool joins(const node& n, int group, int stage, int pass) const {
        for (int k = 0; k < n.count; ++k) {
            const int a = n.argument[k];
            if (!placed(a, group)) return false;
            if (group_of(a) != group || out.stage_of.data()[a] != stage || out.pass_of.data()[a] != pass) continue;
            if (at(a).op->how == structure::reduce || at(a).width != pass_width(n)) return false;
        }
        return true;
    }
    /// Takes the members of one pass; false: no row work can be placed now. What generates its
    /// values has a pass of its own.
    constexpr bool take_pass(growing<int>& left, int group) {
        const int stage = static_cast<int>(out.stages.size());
        const int pass = static_cast<int>(out.passes.size());
        pass_plan made;
        made.first = static_cast<int>(out.members.size());
        bool found = false, alone = false;
        take_from(left, [&](int i) {
            const node& n = at(i);
            if (alone || !in_rows(n.op->how)) return false;
            if (found && n.op->how == structure::generate) return false;
            if (found && pass_width(n) != made.width) return false;
            if (!joins(n, group, stage, pass)) return false;
            if (!found) made.width = pass_width(n);
            found = true;
            alone = n.op->how == structure::generate;
            out.stage_of[static_cast<std::size_t>(i)] = stage;
            out.pass_of[static_cast<std::size_t>(i)] = pass;
            out.members.push_back(i);
            return true;
        });
        made.last = static_cast<int>(out.members.size());
        if (found) out.passes.push_back(made);
        return found;
    }
    /// Takes the products that read only what is placed: each is a stage.
    constexpr void take_products(growing<int>& left, int group) {
        growing<int> now;
        take_from(left, [&](int i) {
            if (at(i).op->how != structure::block) return false;
            for (int k = 0; k < at(i).count; ++k)
                if (!placed(at(i).argument[k], group)) return false;
            now.push_back(i);
            return true;
        });
        for (int i : now) {
            stage_plan product;
            product.node = i;
            out.stage_of[static_cast<std::size_t>(i)] = static_cast<int>(out.stages.size());
            out.stages.push_back(product);
        }
    }
};

} // namespace detail

/// `roots`: what the caller reads; null for a block under repeat.
constexpr void arrange(grouping& out, const graph& g, const growing<int>* roots) {
    detail::scheduler s{g, out};
    s.mark_live(roots);
    const auto n = g.nodes.size();
    s.out.group_of.assign(n, -1);
    s.out.stage_of.assign(n, -1);
    s.out.pass_of.assign(n, -1);
    s.run(0, g.forward, false);
    s.run(g.forward, static_cast<int>(n), true);
}

} // namespace hone
