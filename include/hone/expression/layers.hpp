// The layers of a repeat as loops: a block is written as a graph of its own, once for each run of layers that are alike (what is adapted, what
// trains, whether the input needs a gradient), so cost grows with variants, never with depth.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/flatten.hpp"
#include "hone/expression/taken_out.hpp"

namespace hone {

/// The weights under `prefix`, by number.
constexpr growing<int> weights_under(const emission& e, std::string_view prefix) {
    growing<int> found;
    for (std::size_t i = 0; i < e.weights.size(); ++i)
        if (e.weights[i].path.view().substr(0, prefix.size()) == prefix) found.push_back(static_cast<int>(i));
    return found;
}
/// The first layer behind `first`, `end` at the latest, in which something else of those weights trains.
constexpr int alike_until(const emission& e, const growing<int>& weights, int depth, int first, int end) {
    const int outer = e.g().enclosing[0];
    for (int i : weights) {
        const weight_entry& w = e.weights[static_cast<std::size_t>(i)];
        const bool here = depth == 0 ? w.from[0] <= first && first < w.from[0] + w.layers[0] : w.holds(outer, first);
        if (!here) continue; // of other layers of the repeat
        const int copies = depth == 0 && w.depth > 1 ? w.layers[1] : 1; // in a layer; the next layer's stand behind them
        const bool* const trains = e.trains + (depth == 0 ? copy_of(w, first, w.from[1]) : copy_of(w, outer, first));
        const bool* other = trains + copies;
        for (int layer = first + 1; layer < end; ++layer)
            for (int k = 0; k < copies; ++k)
                if (*other++ != trains[k] && layer < end) end = layer;
    }
    return end;
}

constexpr bool same_graph(const graph& a, const graph& b) {
    if (a.nodes.size() != b.nodes.size() || a.depth != b.depth || a.inputs != b.inputs || a.carried != b.carried) return false;
    for (int k = 0; k < most_carried; ++k)
        if (a.input[k] != b.input[k] || a.result[k] != b.result[k]) return false;
    for (std::size_t i = 0; i < a.nodes.size(); ++i)
        if (!a.nodes[i].same(b.nodes[i]) || a.nodes[i].needs != b.nodes[i].needs) return false;
    return true;
}

/// What a repeat is called on: the nodes of its arguments, -1 for a whole field.
template <std::size_t N>
struct layer_arguments {
    int node[N == 0 ? 1 : N]{};
};

/// The block's graph for the layers from `first` on: its inputs, in the order of the arguments that are values, and its results.
template <class Block, class... X>
struct block_writer {
    emission inner;
    int inside[sizeof...(X)]{}; ///< the argument as the block sees it

    constexpr void inputs(const emission& e, const layer_arguments<sizeof...(X)>& x) {
        for (std::size_t i = 0; i < sizeof...(X); ++i) {
            inside[i] = -1;
            if (x.node[i] < 0) continue;
            const node from = e.builder().at(x.node[i]);
            node in = from; // whole numbers of the batch are the same leaf everywhere
            if (!from.integer) {
                in = node{};
                in.op = &operation_of<argument_leaf>;
                in.detail = inner.g().inputs;
                in.width = from.width;
                in.kind = from.kind;
                in.needs = from.needs;
            }
            inside[i] = inner.builder().insert(in);
            if (!from.integer) inner.g().input[inner.g().inputs++] = inside[i];
        }
    }
    template <class... Result>
    constexpr void results(scope& s, values<Result...>*) {
        int k = 0;
        ((result(k, write<Result>(inner, s)), ++k), ...);
        inner.g().carried = k;
        inner.g().forward = static_cast<int>(inner.g().nodes.size());
    }
    constexpr void result(int k, int made) {
        auto b = inner.builder();
        const node& in = b.at(inner.g().input[k]);
        bool own = b.at(made).op->how == structure::element;
        for (int other = 0; other < k; ++other) own = own && inner.g().result[other] != made;
        inner.g().result[k] = own ? made : b.template add<copy_>({made}, in.width, in.kind, k);
    }
    /// Does a value come out with a gradient to give that went in without one, or the other way?
    constexpr bool changes() const {
        const auto& g = inner.g();
        for (int k = 0; k < g.carried; ++k)
            if (g.nodes[static_cast<std::size_t>(g.result[k])].needs != g.nodes[static_cast<std::size_t>(g.input[k])].needs) return true;
        return false;
    }
};

/// A block that was just written for nothing but what it was copied to: its graph, and what was called in it.
constexpr void forget_block(program& p, int number) {
    p.graphs[static_cast<std::size_t>(number)] = {};
    if (number + 1 == static_cast<int>(p.graphs.size())) p.graphs.pop_back();
    while (!p.draws.empty() && p.draws.back().graph >= number) p.draws.pop_back();
}
/// The layers `first` to `last` of a block that is open, outside of a loop.
template <std::size_t N>
constexpr void open_layers(const emission& e, int block, int first, int last, layer_arguments<N>& x) {
    auto b = e.builder();
    const int depth = e.g().depth, carried = e.all->graphs[static_cast<std::size_t>(block)].carried;
    for (int layer = first; layer < last; ++layer) {
        int taken[N == 0 ? 1 : N]{}, count = 0;
        for (const int a : x.node)
            if (a >= 0 && !b.at(a).integer) taken[count++] = a;
        const auto inside = take_out(b, block, depth, layer, taken);
        for (auto& v : e.all->given)
            if (v.graph == block) v = {v.name, e.number, inside[static_cast<std::size_t>(v.node)], v.call < 0 ? -1 : inside[static_cast<std::size_t>(v.call)]};
        for (int k = 0; k < carried; ++k) x.node[k] = inside[static_cast<std::size_t>(e.all->graphs[static_cast<std::size_t>(block)].result[k])];
    }
    e.g().open = true;
    forget_block(*e.all, block);
}

/// Layers `First` to `First + Count` of a block under `prefix`, on the values `x`: a loop for each run of layers that are alike.
template <int First, int Count, class Block, class... X>
constexpr void write_layers(const emission& e, const path_text& prefix, const path_text& root, int turn, layer_arguments<sizeof...(X)>& x) {
    const int depth = e.g().depth;
    const auto weights = weights_under(e, prefix.view());
    for (int first = First, last = 0; first < First + Count; first = last) {
        last = alike_until(e, weights, depth, first, First + Count);
        block_writer<Block, X...> writer{e};
        emission& inner = writer.inner;
        inner.number = static_cast<int>(e.all->graphs.size());
        inner.turn = turn;
        graph block;
        block.depth = depth + 1;
        block.enclosing[0] = e.g().enclosing[0];
        block.enclosing[depth] = first;
        e.all->graphs.push_back(block);
        writer.inputs(e, x);
        scope block_scope{prefix, writer.inside, root};
        writer.results(block_scope, static_cast<typename as_values<body_of<Block, X...>>::type*>(nullptr));
        if (writer.changes()) last = first + 1; // the lowest layer that trains gives no gradient further down
        if (inner.g().open) {
            open_layers(e, inner.number, first, last, x);
            continue;
        }
        const graph& made = inner.g();
        node loop;
        loop.op = &operation_of<loop_>;
        bool needs[most_carried]{};
        for (int k = 0; k < made.carried; ++k) loop.needs = (needs[k] = made.nodes[static_cast<std::size_t>(made.result[k])].needs) || loop.needs;
        const int carried = made.carried;
        for (int k = 1; k < inner.number; ++k) // a variant met before
            if (same_graph(e.all->graphs[static_cast<std::size_t>(k)], made)) {
                e.all->graphs.pop_back();
                while (!e.all->draws.empty() && e.all->draws.back().graph >= inner.number) e.all->draws.pop_back();
                inner.number = k;
                break;
            }
        auto b = e.builder();
        for (const int a : x.node)
            if (a >= 0 && !b.at(a).integer) loop.argument[loop.count++] = a;
        loop.width = b.at(x.node[0]).width;
        loop.kind = b.at(x.node[0]).kind;
        loop.detail = position(e.all->loops, loop_use{inner.number, carried, first, last - first, depth});
        const int made_loop = b.insert(loop);
        for (int k = 0; k < carried; ++k) {
            node out = b.at(x.node[k]);
            out = node{.op = &operation_of<output_>, .count = 1, .width = out.width, .kind = out.kind, .detail = k, .needs = needs[k]};
            out.argument[0] = made_loop;
            x.node[k] = k == 0 ? made_loop : b.insert(out);
        }
    }
}
/// The further results of a call of a repeat are known from now on.
template <class Call, class First, class... Rest>
constexpr void note_results(scope& s, const int* node, values<First, Rest...>*) {
    [&]<int... K>(std::integer_sequence<int, K...>) {
        (s.known.push_back({&mark_of<further<K + 1, Rest, Call>>, node[K + 1]}), ...);
    }(std::make_integer_sequence<int, sizeof...(Rest)>{});
}
/// The first result of a repeat on these values: its last loop, or what a layer outside of one gives.
template <class Call, class Layer, class Path, class... X, class Write>
constexpr int write_repeat(const emission& e, scope& s, Write layers) {
    layer_arguments<sizeof...(X)> x{{emit_argument<X>(e, s)...}};
    const auto prefix = append(s.prefix, Path{}) / "*";
    const auto called = [&](std::size_t i) { return i < sizeof...(X) ? x.node[i] : -1; };
    layers(prefix, 8 * e.turn + e.turn_of(prefix, called(0), called(1), called(2)), x);
    note_results<Call>(s, x.node, static_cast<typename Layer::template repeated_body<X...>*>(nullptr));
    return x.node[0];
}
template <class Shape, int Count, class Block, class Path, class... X>
struct emit<call<Shape, repeat<Count, Block>, Path, X...>> {
    static constexpr int to(const emission& e, scope& s) {
        using layer = repeat<Count, Block>;
        return write_repeat<call<Shape, layer, Path, X...>, layer, Path, X...>(e, s, [&](const path_text& prefix, int turn, auto& x) { write_layers<0, Count, Block, X...>(e, prefix, s.root, turn, x); });
    }
};
template <class Shape, int... First, int... Count, class... Block, class Path, class... X>
struct emit<call<Shape, repeat_runs<layer_run<First, Count, Block>...>, Path, X...>> {
    static constexpr int to(const emission& e, scope& s) {
        using layer = repeat_runs<layer_run<First, Count, Block>...>;
        return write_repeat<call<Shape, layer, Path, X...>, layer, Path, X...>(e, s, [&](const path_text& prefix, int turn, auto& x) { (write_layers<First, Count, Block, X...>(e, prefix, s.root, turn, x), ...); });
    }
};
template <int K, class Shape, class Call>
struct emit<further<K, Shape, Call>> {
    static constexpr int to(const emission& e, scope& s) {
        write<Call>(e, s);
        for (const auto& k : s.known)
            if (k.first == &mark_of<further<K, Shape, Call>>) return k.second;
        return -1;
    }
};

} // namespace hone
