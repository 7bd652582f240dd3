// The layers of a repeat as loops: a block is written as a graph of its own, once for each run of layers that are alike (what is adapted, what
// trains, whether the input needs a gradient), so cost grows with variants, never with depth.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/flatten.hpp"

namespace hone {

/// One bit per weight under `prefix`: does it train in this layer?
constexpr bool alike(const emission& e, std::string_view prefix, int depth, int a, int b, bool& any) {
    bool same = true;
    const auto& enclosing = e.g().enclosing;
    for (const auto& w : e.weights) {
        if (w.path.view().substr(0, prefix.size()) != prefix) continue;
        if (depth == 0 ? a < w.from[0] || a >= w.from[0] + w.layers[0] : !w.holds(enclosing[0], a)) continue; // of other layers of the repeat
        for (int k = 0; k < (w.depth > depth + 1 ? w.layers[1] : 1); ++k) {
            const int inner = w.from[1] + k;
            const bool ta = depth == 0 ? e.trained(w, a, inner) : e.trained(w, enclosing[0], a);
            any = any || ta;
            same = same && ta == (depth == 0 ? e.trained(w, b, inner) : e.trained(w, enclosing[0], b));
        }
    }
    return same;
}

constexpr bool same_graph(const graph& a, const graph& b) {
    if (a.nodes.size() != b.nodes.size() || a.depth != b.depth || a.input != b.input || a.result != b.result) return false;
    for (std::size_t i = 0; i < a.nodes.size(); ++i)
        if (!a.nodes[i].same(b.nodes[i]) || a.nodes[i].needs != b.nodes[i].needs) return false;
    return true;
}

/// Layers `First` to `First + Count` of a block under `prefix`, on the value `x`: a loop for each run of layers that are alike.
template <int First, int Count, class Block, class X>
constexpr int write_layers(const emission& e, const path_text& prefix, const path_text& root, int turn, int x) {
    const int depth = e.g().depth;
    for (int first = First, last = 0; first < First + Count; first = last) {
        bool any = false;
        for (last = first + 1; last < First + Count && alike(e, prefix.view(), depth, first, last, any);) ++last;
        alike(e, prefix.view(), depth, first, first, any);
        const node from = e.builder().at(x);
        if (any && !from.needs) last = first + 1; // the lowest layer that trains gives no gradient further down
        emission inner = e;
        inner.number = static_cast<int>(e.all->graphs.size());
        inner.turn = turn;
        graph block;
        block.depth = depth + 1;
        block.enclosing[0] = e.g().enclosing[0];
        block.enclosing[depth] = first;
        e.all->graphs.push_back(block);
        node in;
        in.op = &operation_of<argument_leaf>;
        in.width = from.width;
        in.kind = from.kind;
        in.needs = from.needs;
        const int input = inner.builder().insert(in);
        scope block_scope{prefix, &input, root};
        int result = write<body_of<Block, X>>(inner, block_scope);
        if (inner.builder().at(result).op->how != structure::element)
            result = inner.builder().template add<copy_>({result}, from.width, from.kind);
        auto& made = inner.g();
        made.input = input;
        made.result = result;
        made.forward = static_cast<int>(made.nodes.size());
        const bool needs = made.nodes[static_cast<std::size_t>(result)].needs;
        for (int k = 1; k < inner.number; ++k) // a variant met before
            if (same_graph(e.all->graphs[static_cast<std::size_t>(k)], made)) {
                e.all->graphs.pop_back();
                while (!e.all->draws.empty() && e.all->draws.back().graph >= inner.number) e.all->draws.pop_back();
                inner.number = k;
                break;
            }
        node loop;
        loop.op = &operation_of<loop_>;
        loop.argument[loop.count++] = x;
        loop.width = from.width;
        loop.kind = from.kind;
        loop.detail = position(e.all->loops, loop_use{inner.number, first, last - first, depth});
        loop.needs = needs;
        x = e.builder().insert(loop);
    }
    return x;
}
template <class Shape, int Count, class Block, class Path, class X>
struct emit<call<Shape, repeat<Count, Block>, Path, X>> {
    static constexpr int to(const emission& e, scope& s) {
        const int x = write<X>(e, s);
        const auto prefix = append(s.prefix, Path{}) / "*";
        return write_layers<0, Count, Block, X>(e, prefix, s.root, 8 * e.turn + e.turn_of(prefix, x), x);
    }
};
template <class Shape, int... First, int... Count, class... Block, class Path, class X>
struct emit<call<Shape, repeat_runs<layer_run<First, Count, Block>...>, Path, X>> {
    static constexpr int to(const emission& e, scope& s) {
        int x = write<X>(e, s);
        const auto prefix = append(s.prefix, Path{}) / "*";
        const int turn = 8 * e.turn + e.turn_of(prefix, x);
        ((x = write_layers<First, Count, Block, X>(e, prefix, s.root, turn, x)), ...);
        return x;
    }
};

} // namespace hone
