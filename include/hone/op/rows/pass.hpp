// What the passes of a row stage do, read from the plan at compile time: which nodes a pass computes, which values it reads from outside,
// which of its nodes reduce a row, and all rows that the stage touches in memory. Kernels of any device walk these lists: what does
// not happen is not instantiated, and where a row stands is a number in a table rather than a function of its own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>

#include "hone/expression/plan.hpp"

namespace hone {

/// Distinct numbers in the order of their coming.
template <std::size_t Most>
struct number_list {
    int count = 0;
    std::array<int, Most + 1> at{};
    constexpr int find(int n) const {
        for (int i = 0; i < count; ++i)
            if (at[static_cast<std::size_t>(i)] == n) return i;
        return -1;
    }
    constexpr void add(int n) {
        if (find(n) < 0) at[static_cast<std::size_t>(count++)] = n;
    }
};

template <const auto& P, int Pass>
struct pass_of {
    static constexpr int first = P.passes[Pass].first, size = P.passes[Pass].last - first, width = P.passes[Pass].width;
    static constexpr int member(int position) { return P.members[static_cast<std::size_t>(first + position)]; }
    static constexpr const node& at(int position) { return P.nodes[static_cast<std::size_t>(member(position))]; }
    /// Position of a node among the members; -1 for one from outside.
    static constexpr int position(int node) {
        for (int m = 0; m < size; ++m)
            if (member(m) == node) return m;
        return -1;
    }
    using list = number_list<static_cast<std::size_t>(size) * 5>;
    /// Distinct nodes that come from outside the pass: arguments, and sources (which are members all the same).
    static constexpr list reads = [] {
        list found;
        for (int m = 0; m < size; ++m) {
            if (at(m).op->how == structure::source) found.add(member(m));
            else
                for (int k = 0; k < at(m).count; ++k)
                    if (position(at(m).argument[k]) < 0) found.add(at(m).argument[k]);
        }
        return found;
    }();
    /// Positions of the members that reduce a row to a number.
    static constexpr list reduces = [] {
        list found;
        for (int m = 0; m < size; ++m)
            if (at(m).op->how == structure::reduce) found.add(m);
        return found;
    }();
};

/// A row that a stage touches: of a node's value in memory or in the block's scratch, of a buffer of one row, or of sums over rows.
struct row_line {
    enum class kind : unsigned char { value, buffer, sums };
    int node = -1;
    kind how = kind::value;
    int region = 0;  ///< of sums: where the rows that are summed stand
    amount offset{}; ///< of a buffer: elements; of sums: columns
    constexpr bool operator==(const row_line&) const = default;
};

template <const auto& P, int S>
struct stage_of {
    static constexpr int first = P.stages[S].first, passes = P.stages[S].last - first;
    static constexpr int first_member = P.passes[first].first, members = P.passes[first + passes - 1].last - first_member;
    static constexpr const node& at(int n) { return P.nodes[static_cast<std::size_t>(n)]; }
    static constexpr const location& place(int n) { return P.places[static_cast<std::size_t>(n)]; }
    static constexpr int member(int m) { return P.members[static_cast<std::size_t>(first_member + m)]; }
    static constexpr bool holds(int n) {
        for (int m = 0; m < members; ++m)
            if (member(m) == n) return true;
        return false;
    }
    static constexpr bool in_memory(int n) { return place(n).where != store::nowhere && place(n).where != store::gradient; }
    /// Does number n stand among the stage's scalars?
    static constexpr bool is_scalar(int n) { return place(n).scalar >= 0 && holds(n); }

    static constexpr row_line value_of(int n) {
        if (place(n).row_fixed >= 0) return {n, row_line::kind::buffer, 0, {place(n).row_fixed, place(n).row_classes}};
        return {n, row_line::kind::value, 0, {}};
    }
    static constexpr row_line sums_of(int n) {
        const int region = region_of(at(at(n).argument[0]).kind);
        const bool wide = at(n).width == run_time;
        return {n, row_line::kind::sums, region,
                wide ? amount{P.memory.partial[static_cast<std::size_t>(region)].fixed, place(n).partial} : amount{place(n).partial, 0}};
    }
    struct line_list {
        int count = 0;
        std::array<row_line, static_cast<std::size_t>(members) * 6 + 1> at{};
        constexpr void add(row_line l) {
            for (int i = 0; i < count; ++i)
                if (at[static_cast<std::size_t>(i)] == l) return;
            at[static_cast<std::size_t>(count++)] = l;
        }
    };
    static constexpr line_list all = [] {
        line_list found;
        for (int m = 0; m < members; ++m) {
            const int n = member(m);
            const node& v = at(n);
            if (v.op->how == structure::sink) found.add(sums_of(n));
            else if (in_memory(n)) found.add({n, row_line::kind::value, 0, {}});
            if (place(n).row_fixed >= 0) found.add(value_of(n));
            if (v.op->how == structure::source) continue;
            for (int k = 0; k < v.count; ++k)
                if (const int a = v.argument[k]; !is_scalar(a) && !at(a).integer && (!holds(a) || in_memory(a) || place(a).row_fixed >= 0)) found.add(value_of(a));
        }
        return found;
    }();
    /// The rows that are touched, and where one of them is in the list.
    static constexpr auto lines = [] {
        std::array<row_line, static_cast<std::size_t>(all.count)> exact{};
        for (std::size_t i = 0; i < exact.size(); ++i) exact[i] = all.at[i];
        return exact;
    }();
    static constexpr int line(row_line l) {
        for (int i = 0; i < all.count; ++i)
            if (all.at[static_cast<std::size_t>(i)] == l) return i;
        return -1;
    }
    static constexpr int sums = [] {
        int n = 0;
        for (const auto& l : lines) n += l.how == row_line::kind::sums;
        return n;
    }();
    /// Members that a kernel of their own answers for: rows from elsewhere, random rows.
    static constexpr auto calls = [] {
        number_list<static_cast<std::size_t>(members)> found;
        for (int m = 0; m < members; ++m)
            if (const auto how = at(member(m)).op->how; how == structure::source || how == structure::generate) found.add(member(m));
        return found;
    }();
};

/// Do two row stages do the same to different rows? Node by node in the order of their coming: equal ops, shapes and kinds of places, and the same
/// pattern of which node is which. The lists of the rows that they touch then correspond line by line.
template <class Plan>
constexpr bool alike(const Plan& p, int one, int other) {
    const auto &a = p.stages[static_cast<std::size_t>(one)], &b = p.stages[static_cast<std::size_t>(other)];
    if (a.last - a.first != b.last - b.first) return false;
    growing<int> met, met_there;
    const auto same = [&](int n, int m) {
        std::size_t i = 0, k = 0;
        while (i < met.size() && met[i] != n) ++i;
        while (k < met.size() && met_there[k] != m) ++k;
        if (i != k) return false;
        if (i < met.size()) return true;
        met.push_back(n);
        met_there.push_back(m);
        const node &x = p.nodes[static_cast<std::size_t>(n)], &y = p.nodes[static_cast<std::size_t>(m)];
        const location &u = p.places[static_cast<std::size_t>(n)], &v = p.places[static_cast<std::size_t>(m)];
        const auto in_memory = [](const location& l) { return l.where != store::nowhere && l.where != store::gradient; };
        return x.width == y.width && x.integer == y.integer && (!x.integer || x.detail == y.detail) && u.half == v.half &&
               (u.row_fixed >= 0) == (v.row_fixed >= 0) && in_memory(u) == in_memory(v);
    };
    for (int pass = 0; pass < a.last - a.first; ++pass) {
        const auto &here = p.passes[static_cast<std::size_t>(a.first + pass)], &there = p.passes[static_cast<std::size_t>(b.first + pass)];
        if (here.width != there.width || here.last - here.first != there.last - there.first) return false;
        for (int i = 0; i < here.last - here.first; ++i) {
            const int n = p.members[static_cast<std::size_t>(here.first + i)], m = p.members[static_cast<std::size_t>(there.first + i)];
            const node &x = p.nodes[static_cast<std::size_t>(n)], &y = p.nodes[static_cast<std::size_t>(m)];
            if (x.op != y.op || x.count != y.count || p.places[static_cast<std::size_t>(n)].scalar != p.places[static_cast<std::size_t>(m)].scalar) return false;
            for (int k = 0; k < x.count; ++k)
                if (!same(x.argument[k], y.argument[k])) return false;
            if (!same(n, m)) return false;
        }
    }
    return true;
}
/// The first stage of the plan that is like stage S: its code is the code of both.
template <const auto& P, int S>
inline constexpr int first_alike = [] {
    for (int s = 0; s < S; ++s)
        if (P.stages[static_cast<std::size_t>(s)].node < 0 && alike(P, s, S)) return s;
    return S;
}();

} // namespace hone
