// Graphs of a few nodes, written by hand, and what the planner's tests ask of a planned one.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "hone/expression/memory.hpp"
#include "hone/op/product/product.hpp"
#include "hone/op/random/dropout.hpp"

namespace hone::testing {

inline constexpr int tokens_kind = 1, once_kind = -1; ///< rows: the tokens of field 0; a single row

struct by_hand {
    program p{};
    graph_builder b{p, 0};

    explicit by_hand(std::size_t graphs = 1) { p.graphs.resize(graphs); }
    by_hand(const by_hand&) = delete;
    by_hand& operator=(const by_hand&) = delete;

    int field(int width, int kind = tokens_kind) { return b.add<field_leaf>({}, width, kind, 0); }
    int weight(int number, int rows, int width) {
        return b.add<weight_leaf>({}, width, -rows, number);
    }
    int product(int x, int w, int width) { return b.add<product_>({x, w}, width, b.at(x).kind); }
    int sum_rows(int x) { return b.add<sum_rows_>({x}, b.at(x).width, once_kind); }
    int sum_columns(int x) { return b.add<sum_columns_>({x}, 1, b.at(x).kind); }
    /// Nodes from here on belong to the backward pass.
    void backward() { b.g().forward = static_cast<int>(b.g().nodes.size()); }
    /// What the caller reads; a graph without a backward pass ends here.
    void read(std::initializer_list<int> roots) {
        if (b.g().forward == 0) backward();
        for (int r : roots) p.roots.push_back(r);
    }
};

/// The columns of two values of one region that live at the same time do not meet, and none leaves
/// the region.
inline bool apart(const detail::planning& w) {
    for (int i = 0; i < w.count(); ++i) {
        const auto& a = w.places[static_cast<std::size_t>(i)];
        if (a.where != store::temporary) continue;
        const int region = region_of(w.at(i).kind);
        if (a.offset.fixed < 0 ||
            a.offset.fixed + w.columns(i).fixed > w.made.temporary[region].fixed) return false;
        for (int k = 0; k < i; ++k) {
            const auto& o = w.places[static_cast<std::size_t>(k)];
            if (o.where != store::temporary || region_of(w.at(k).kind) != region) continue;
            const bool together = w.group_of(i) <= w.last[static_cast<std::size_t>(k)] &&
                                  w.group_of(k) <= w.last[static_cast<std::size_t>(i)];
            if (together && a.offset.fixed < o.offset.fixed + w.columns(k).fixed &&
                o.offset.fixed < a.offset.fixed + w.columns(i).fixed)
                return false;
        }
    }
    return true;
}

/// Members of a pass, as numbers of nodes.
template <class Plan> // a grouping, or all graphs' arrays
std::vector<int> members_of(const Plan& s, std::size_t pass) {
    const auto& p = s.passes[pass];
    return {s.members.begin() + p.first, s.members.begin() + p.last};
}

} // namespace hone::testing
