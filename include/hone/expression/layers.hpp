// The layers of a repeat as loops: a block is written as a graph of its own, once for each run of layers that are alike (what is adapted, what
// trains, whether the input needs a gradient), so cost grows with variants, never with depth.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/flatten.hpp"

namespace hone {

/// The weights under `prefix`, by number.
constexpr growing<int> weights_under(const emission& e, std::string_view prefix) {
    growing<int> found;
    for (std::size_t i = 0; i < e.weights.size(); ++i)
        if (e.weights[i].path.view().substr(0, prefix.size()) == prefix) found.push_back(static_cast<int>(i));
    return found;
}
/// The first layer behind `first`, `end` at the latest, in which something else of those weights trains. `any`: is there something in `first` that does?
constexpr int alike_until(const emission& e, const growing<int>& weights, int depth, int first, int end, bool& any) {
    const int outer = e.g().enclosing[0];
    for (int i : weights) {
        const weight_entry& w = e.weights[static_cast<std::size_t>(i)];
        const bool here = depth == 0 ? w.from[0] <= first && first < w.from[0] + w.layers[0] : w.holds(outer, first);
        if (!here) continue; // of other layers of the repeat
        const int copies = depth == 0 && w.depth > 1 ? w.layers[1] : 1; // in a layer; the next layer's stand behind them
        const bool* const trains = e.trains + (depth == 0 ? copy_of(w, first, w.from[1]) : copy_of(w, outer, first));
        for (int k = 0; k < copies; ++k) any = any || trains[k];
        const bool* other = trains + copies;
        for (int layer = first + 1; layer < end; ++layer)
            for (int k = 0; k < copies; ++k)
                if (*other++ != trains[k] && layer < end) end = layer;
    }
    return end;
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
    const auto weights = weights_under(e, prefix.view());
    for (int first = First, last = 0; first < First + Count; first = last) {
        bool any = false;
        last = alike_until(e, weights, depth, first, First + Count, any);
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
