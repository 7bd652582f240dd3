// One graph on its way to its plan, and the first passes over it: which groups its nodes form, who
// reads what and where, until when a value lives, and what may stand in memory as bf16. The passes
// after these are in places.hpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/plan.hpp"
#include "hone/expression/shelf.hpp"

namespace hone::detail {

/// What the passes over one graph fill in, in this order; each reads what those before it made.
struct planning {
    const program& all;
    planned& out; ///< the plans of the blocks that this graph repeats are there already
    int number;   ///< of the graph: 0 is the lambda's, the others are blocks under repeat
    const graph& g{all.graphs[static_cast<std::size_t>(number)]};
    const node* const nodes{g.nodes.data()};

    grouping s{};                    ///< find_groups
    growing<growing<int>> members{}; ///< nodes of each group, in order
    growing<int> last{};             ///< find_lifetimes: the last group that reads the node
    flags stored{};                  ///< another group reads it, or the caller
    flags crosses{};                 ///< another stage of its group reads it
    flags passed{};                  ///< another pass of its stage reads it
    flags outlives{};                ///< the backward pass of its block reads it
    flags half{};                    ///< find_halves: it stands as bf16
    growing<location> places{};      ///< the passes of places.hpp
    growing<loop_plan> loops{};
    shelf fixed{}, classes{};
    graph_plan made{};

    constexpr int count() const { return static_cast<int>(g.nodes.size()); }
    constexpr int groups() const { return static_cast<int>(s.groups.size()); }
    constexpr const node& at(int i) const { return nodes[i]; }
    constexpr int group_of(int i) const { return s.group_of.data()[i]; }
    constexpr bool live(int i) const { return s.live.data()[i]; }
    constexpr bool alone(int group) const { return s.groups.data()[group].node >= 0; }
    constexpr const growing<int>* roots() const { return number == 0 ? &all.roots : nullptr; }
    constexpr amount columns(int i) const {
        return half.data()[i] ? amount{at(i).width / 2, 0} : columns_of(at(i).kind, at(i).width);
    }
    /// Asks for a place in a region of this graph's frame, for the groups `from` to `until`.
    constexpr void put(amount& to, int region, amount size, int from, int until) {
        fixed.want(to.fixed, region, size.fixed, from, until);
        classes.want(to.classes, region, size.classes, from, until);
    }
};

constexpr void find_groups(planning& w) {
    arrange(w.s, w.g, w.roots());
    w.members.resize(w.s.groups.size());
    for (int i = 0; i < w.count(); ++i)
        if (w.group_of(i) >= 0) w.members[static_cast<std::size_t>(w.group_of(i))].push_back(i);
}

/// Node `i` reads node `a`: where it finds it, and until when `a` must live.
constexpr void note_reader(planning& w, int i, int a) {
    const auto u = static_cast<std::size_t>(i), r = static_cast<std::size_t>(a);
    const int group = w.group_of(i);
    if (w.group_of(a) != group) w.stored[r] = true;
    else if (w.at(i).op->how == structure::block || w.s.stage_of[r] != w.s.stage_of[u])
        w.crosses[r] = true;
    else if (w.s.pass_of[r] != w.s.pass_of[u]) w.passed[r] = true;
    if (group > w.last[r]) w.last[r] = group;
    if (w.number > 0 && i >= w.g.forward && a < w.g.forward) w.outlives[r] = true;
}
constexpr void find_lifetimes(planning& w) {
    const auto n = w.g.nodes.size();
    w.last.assign(n, -1);
    for (flags* f : {&w.stored, &w.crosses, &w.passed, &w.outlives}) f->assign(n, false);
    for (int i = 0; i < w.count(); ++i) {
        const auto how = w.at(i).op->how;
        if (!w.live(i) || how == structure::leaf) continue;
        const auto u = static_cast<std::size_t>(i);
        if (w.alone(w.group_of(i)) || how == structure::sink) w.stored[u] = true;
        if (w.last[u] < w.group_of(i)) w.last[u] = w.group_of(i);
        for (int k = 0; k < w.at(i).count; ++k) note_reader(w, i, w.at(i).argument[k]);
    }
    if (w.roots())
        for (int r : *w.roots()) { // the caller reads them when all is done
            w.stored[static_cast<std::size_t>(r)] = true;
            w.last[static_cast<std::size_t>(r)] = w.groups();
        }
}

/// Could the value stand as two numbers in a column? What a row stage writes over tokens; not what
/// goes from layer to layer.
constexpr bool can_be_half(const planning& w, int i) {
    const node& v = w.at(i);
    const bool in_memory = w.stored.data()[i] || w.crosses.data()[i];
    if (!in_memory || v.op->how != structure::element) return false;
    if (w.g.is_result(i) || w.g.is_input_gradient(i) || w.group_of(i) < 0 || w.alone(w.group_of(i)))
        return false;
    return v.kind > 0 && v.width > 0 && v.width % 32 == 0;
}
/// Does `v` round its k-th argument to bf16 when it multiplies?
constexpr bool rounds(const planning& w, const node& v, int k) {
    return v.op->factors.has(k) && w.at(v.argument[k]).width % (32 * v.op->factor_parts) == 0;
}
/// Which values stand in memory as bf16, where products multiply bf16: what only row stages,
/// products and attention read, if one of the last two reads it (it would round it itself) or the
/// backward pass does (a product gave it). In the scratch of a pipeline, what products alone read.
constexpr void find_halves(planning& w) {
    const auto n = w.g.nodes.size();
    w.half.assign(n, false);
    if (!w.out.rounded) return;
    flags multiplied(n, false);
    for (int i = 0; i < w.count(); ++i) w.half[static_cast<std::size_t>(i)] = can_be_half(w, i);
    for (int i = 0; i < w.count(); ++i) {
        if (!w.live(i)) continue;
        const node& v = w.at(i);
        const auto how = v.op->how;
        const bool row_stage =
            how == structure::element || how == structure::reduce || how == structure::sink;
        for (int k = 0; k < v.count; ++k) {
            const auto a = static_cast<std::size_t>(v.argument[k]);
            if (rounds(w, v, k)) multiplied[a] = true;
            else if (!row_stage || !w.stored[a]) w.half[a] = false;
        }
    }
    for (std::size_t i = 0; i < n; ++i) w.half[i] = w.half[i] && (multiplied[i] || w.outlives[i]);
    if (w.roots())
        for (int r : *w.roots()) w.half[static_cast<std::size_t>(r)] = false;
}

} // namespace hone::detail
