// From types to a graph: the bodies of layers are spliced into one array of nodes, calls disappear, and a repeat becomes a loop
// node whose block is a graph of its own. A repeat is cut into runs of layers that are alike (what trains, whether the input
// needs a gradient), so cost grows with variants, never with depth. Everything below works on values; types only choose the function.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/builder.hpp"
#include "hone/expression/expression.hpp"

namespace hone {

/// What flattening needs to know besides the types.
struct emission {
    program* all;
    std::span<const weight_entry> weights;
    const bool* trains; ///< by copy of a weight
    const growing<std::string_view>* fields;
    bool training; ///< random operations draw; otherwise they pass their input through
    int number = 0; ///< of the graph that is written
    int turn = 0;   ///< tells apart the calls of a repeat on several values

    constexpr bool trained(const weight_entry& w, int outer, int inner) const { return trains[copy_of(w, outer, inner)]; }
    constexpr graph_builder builder() const { return {*all, number}; }
    constexpr graph& g() const { return all->graphs[static_cast<std::size_t>(number)]; }
    /// How many other values this part was called on before.
    constexpr int turn_of(const path_text& path, int a, int b = -1, int c = -1) const {
        int before = 0;
        for (const auto& d : all->draws) {
            if (d.graph != number || !(d.path == path)) continue;
            if (d.arguments[0] == a && d.arguments[1] == b && d.arguments[2] == c) return before;
            ++before;
        }
        all->draws.push_back({number, path, {a, b, c}});
        return before;
    }
    /// The number of a random part called on these values: others draw other numbers.
    constexpr int site(path_text path, int a, int b = -1, int c = -1) const {
        const int which = 64 * turn + turn_of(path, a, b, c);
        if (which > 0) {
            path.append("#");
            path.append_number(which);
        }
        return position(all->sites, path);
    }
    constexpr int field(std::string_view wanted) const {
        for (std::size_t i = 0; i < fields->size(); ++i)
            if ((*fields)[i] == wanted) return static_cast<int>(i);
        return -1;
    }
    /// The number of a field, by its name; those that adapters make stand behind those of the batch.
    template <class Name>
    constexpr int number_of(const Name*) const { return field(Name::value); }
    template <class Name, int Rows, int Start>
    constexpr int number_of(const longer<Name, Rows, Start>*) const {
        return static_cast<int>(fields->size()) + position(all->longer, longer_field{field(Name::value), Rows, Start});
    }
};

/// Where a body stands: its path, what its arguments are here, and what of it is written already (by expression type).
struct scope {
    path_text prefix{};
    const int* arguments = nullptr;
    growing<std::pair<const char*, int>> known{};
};
template <class Expression>
inline constexpr char mark_of = 0;

/// The path of `entry` with the running layers put in for the stars.
constexpr path_text concrete(std::string_view pattern, const int (&layer)[2]) {
    path_text out;
    int d = 0;
    for (std::size_t at = 0; at <= pattern.size();) {
        auto end = pattern.find('.', at);
        if (end == pattern.npos) end = pattern.size();
        const auto part = pattern.substr(at, end - at);
        if (part == "*") out.append_number(layer[d++]);
        else out.append(part);
        at = end + 1;
    }
    return out;
}

template <class Kind>
struct kind_of;
template <>
struct kind_of<per_sequence> {
    static constexpr int code(const emission&) { return per_sequence_code; }
};
template <class Field>
struct kind_of<per_token<Field>> {
    static constexpr int code(const emission& e) { return 1 + e.number_of(static_cast<const Field*>(nullptr)); }
};
template <int N>
struct kind_of<fixed_rows<N>> {
    static constexpr int code(const emission&) { return N == run_time ? class_rows : -N; }
};

template <class Expression>
struct emit;

/// Writes an expression once per body, however often it is used there.
template <class Expression>
constexpr int write(const emission& e, scope& s) {
    for (const auto& k : s.known)
        if (k.first == &mark_of<Expression>) return k.second;
    const int made = emit<Expression>::to(e, s);
    s.known.push_back({&mark_of<Expression>, made});
    return made;
}

template <int I, class Kind, int Width, bool Integer>
struct emit<argument<I, Kind, Width, Integer>> {
    static constexpr int to(const emission&, scope& s) { return s.arguments[I]; }
};

template <literal Name>
struct emit<value_symbol<Name>> {
    static constexpr int to(const emission& e, scope&) {
        path_text p;
        p.append(Name.view());
        return e.builder().template add<symbol_leaf>({}, 1, -1, position(e.all->symbols, p));
    }
};

template <class Name, int Part, class Kind>
struct emit<index_leaf<Name, Part, Kind>> {
    static constexpr int to(const emission& e, scope&) {
        node n;
        n.op = &operation_of<field_leaf>;
        n.width = 1;
        n.kind = kind_of<Kind>::code(e);
        n.detail = e.number_of(static_cast<const Name*>(nullptr)) * 4 + Part;
        n.integer = true;
        return e.builder().insert(n);
    }
};
template <class Name>
struct emit<field_symbol<std::span<const std::int32_t>, Name>> : emit<index_leaf<Name, 0, per_sequence>> {};
template <class Name, int Width>
struct emit<field_symbol<real_rows<Width>, Name>> {
    static constexpr int to(const emission& e, scope&) {
        return e.builder().template add<field_leaf>({}, Width, per_sequence_code, e.field(Name::value) * 4);
    }
};

template <class Kind, int Width>
struct emit_weight {
    static constexpr int to(const emission& e, const path_text& path) {
        weight_use use;
        for (std::size_t i = 0; i < e.weights.size(); ++i)
            if (e.weights[i].path == path && e.weights[i].holds(e.g().enclosing[0], e.g().enclosing[1])) use.entry = static_cast<int>(i);
        use.trained = e.trained(e.weights[static_cast<std::size_t>(use.entry)], e.g().enclosing[0], e.g().enclosing[1]);
        node n;
        n.op = &operation_of<weight_leaf>;
        n.width = Width;
        n.kind = kind_of<Kind>::code(e);
        n.detail = position(e.all->uses, use);
        n.needs = use.trained;
        return e.builder().insert(n);
    }
};
template <int Rows, int Columns, class Initial, class Path>
struct emit<bound<matrix<Rows, Columns, Initial>, Path>> {
    static constexpr int to(const emission& e, scope& s) {
        return emit_weight<fixed_rows<Rows>, Columns>::to(e, append(s.prefix, Path{}));
    }
};
template <int Length, class Initial, class Path>
struct emit<bound<vector<Length, Initial>, Path>> {
    static constexpr int to(const emission& e, scope& s) { return emit_weight<once, Length>::to(e, append(s.prefix, Path{})); }
};

template <class Shape, class Op, class... Arguments>
struct emit<applied<Shape, Op, Arguments...>> {
    static constexpr int to(const emission& e, scope& s) {
        const int arguments[] = {write<Arguments>(e, s)..., -1};
        if constexpr (requires { Op::emit(e, s, arguments, Shape{}); })
            return Op::emit(e, s, arguments, Shape{});
        else {
            node n;
            n.op = &operation_of<Op>;
            for (; n.count < static_cast<int>(sizeof...(Arguments)); ++n.count) n.argument[n.count] = arguments[n.count];
            n.width = Shape::width;
            n.kind = kind_of<typename Shape::kind>::code(e);
            return e.builder().insert(n);
        }
    }
};

template <class A>
constexpr int emit_argument(const emission& e, scope& s) {
    if constexpr (expression<A>) return write<A>(e, s);
    else return -1; // a whole field: its parts are leaves of their own
}

template <class Shape, class Layer, class Path, class... Arguments>
struct emit<call<Shape, Layer, Path, Arguments...>> {
    static constexpr int to(const emission& e, scope& s) {
        const int arguments[] = {emit_argument<Arguments>(e, s)..., -1};
        scope inner{append(s.prefix, Path{}), arguments};
        return write<body_of<Layer, Arguments...>>(e, inner);
    }
};

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
constexpr int write_layers(const emission& e, const path_text& prefix, int turn, int x) {
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
        scope block_scope{prefix, &input};
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
        return write_layers<0, Count, Block, X>(e, prefix, 8 * e.turn + e.turn_of(prefix, x), x);
    }
};
template <class Shape, int... First, int... Count, class... Block, class Path, class X>
struct emit<call<Shape, repeat_runs<layer_run<First, Count, Block>...>, Path, X>> {
    static constexpr int to(const emission& e, scope& s) {
        int x = write<X>(e, s);
        const auto prefix = append(s.prefix, Path{}) / "*";
        const int turn = 8 * e.turn + e.turn_of(prefix, x);
        ((x = write_layers<First, Count, Block, X>(e, prefix, turn, x)), ...);
        return x;
    }
};

} // namespace hone
