// From types to a graph: the bodies of layers are spliced into one array of nodes, calls disappear, and a repeat becomes a loop
// node (layers.hpp). Everything below works on values; types only choose the function.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "hone/expression/builder.hpp"
#include "hone/expression/number.hpp"
#include "hone/expression/repeat.hpp"

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
    int draw = 0;   ///< which draw of the random parts is asked for

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
        if (draw > 0) {
            path.append("#draw");
            path.append_number(draw);
        }
        return position(all->sites, path) + 4096 * draw; // no number of one draw is another's, in whatever program
    }
    constexpr int field(std::string_view wanted) const {
        for (std::size_t i = 0; i < fields->size(); ++i)
            if ((*fields)[i] == wanted) return static_cast<int>(i);
        return -1;
    }
    /// The number of a field, by its name; those that adapters make stand behind those of the batch.
    template <class Name>
    constexpr int number_of(const Name*) const { return field(Name::value); }
    template <class Name>
    constexpr int number_of(const continued<Name>*) const { return field(Name::value); }
    template <class Name, int Rows, int Start>
    constexpr int number_of(const longer<Name, Rows, Start>*) const {
        return static_cast<int>(fields->size()) + position(all->longer, longer_field{field(Name::value), Rows, Start});
    }
};

/// Where a body stands: its path, what its arguments are here, and what of it is written already (by expression type).
struct scope {
    path_text prefix{};
    const int* arguments = nullptr;
    path_text root{}; ///< of the adapted model around it
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
template <class Name, counted By>
struct kind_of_field {
    static constexpr int code(const emission& e) { return 1 + position(e.all->spaces, row_space{e.number_of(static_cast<const Name*>(nullptr)), By}); }
};
template <class Name>
struct kind_of<per_token<Name>> : kind_of_field<Name, counted::tokens> {};
template <class Name, int Rows, int Start>
struct kind_of<per_token<longer<Name, Rows, Start>>> : kind_of_field<longer<Name, Rows, Start>, counted::longer> {};
template <class Name>
struct kind_of<per_pick<Name>> : kind_of_field<Name, counted::picked> {};
template <class Name>
struct kind_of<per_group<Name>> : kind_of_field<Name, counted::sequences> {};
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

/// A run-time number, or a row of them, as a node.
constexpr int write_symbol(graph_builder b, std::string_view name, int width, bool stated, double start) {
    number_symbol symbol{{}, width, stated, start};
    symbol.name.append(name);
    return b.add<symbol_leaf>({}, width, -1, symbol_of(b.all, symbol));
}
template <literal Name, long... Default>
struct emit<value_symbol<Name, Default...>> {
    static constexpr double start(double numerator = 0, double denominator = 1) { return numerator / denominator; }
    static constexpr int to(const emission& e, scope&) {
        return write_symbol(e.builder(), Name.view(), 1, sizeof...(Default) > 0, start(static_cast<double>(Default)...));
    }
};
template <literal Name, int Width>
struct emit<value_row_symbol<Name, Width>> {
    static constexpr int to(const emission& e, scope&) { return write_symbol(e.builder(), Name.view(), Width, false, 0); }
};

template <class Name, batch_column What, class Kind>
struct emit<index_leaf<Name, What, Kind>> {
    static constexpr int to(const emission& e, scope&) {
        auto b = e.builder();
        return b.column(e.number_of(static_cast<const Name*>(nullptr)), What, kind_of<Kind>::code(e));
    }
};
template <class Name, int Width, class Kind>
struct emit<real_leaf<Name, Width, Kind>> {
    static constexpr int to(const emission& e, scope&) {
        const int kind = kind_of<Kind>::code(e);
        return e.builder().template add<field_leaf>({}, Width, kind, position(e.all->inputs, input_column{e.field(Name::value), batch_column::values, kind}));
    }
};
template <class Type, class Name>
struct emit<field_symbol<Type, Name>> : emit<typename field_symbol<Type, Name>::leaf> {};

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

template <int Rows, int Columns, class Initial, class Path>
struct emit<bound<matrix<Rows, Columns, Initial>, from_root<Path>>> {
    static constexpr int to(const emission& e, scope& s) { return emit_weight<fixed_rows<Rows>, Columns>::to(e, append(s.root, Path{})); }
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
        const auto place = append(s.prefix, Path{});
        scope inner{place, arguments, requires { typename Layer::adapters; } ? place : s.root};
        return write<body_of<Layer, Arguments...>>(e, inner);
    }
};

template <int K, class X>
struct emit<redrawn<K, X>> {
    static constexpr int to(const emission& e, scope& s) {
        if constexpr (K == 0) return write<X>(e, s);
        emission other = e;
        other.draw = 64 * e.draw + K;
        scope fresh{s.prefix, s.arguments, s.root, {}};
        return write<X>(other, fresh);
    }
};

template <int K, class Shape, class Layer, class Path, class... Arguments>
struct emit<call_of_several<K, Shape, Layer, Path, Arguments...>> {
    static constexpr int to(const emission& e, scope& s) {
        const int arguments[] = {emit_argument<Arguments>(e, s)..., -1};
        const auto place = append(s.prefix, Path{});
        scope inner{place, arguments, requires { typename Layer::adapters; } ? place : s.root};
        return write<std::tuple_element_t<static_cast<std::size_t>(K), body_of<Layer, Arguments...>>>(e, inner);
    }
};

} // namespace hone
