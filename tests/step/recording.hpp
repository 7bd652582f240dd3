// A device that computes nothing: it lists what it would launch, and writes ones where results would stand.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "hone/step/machine.hpp"

namespace hone::testing {

struct launch {
    const operation* op = nullptr;
    long rows = 0, columns = 0;
    bool backward = false;
    bool operator==(const launch&) const = default;
};
struct recording {
    team* workers;
    std::vector<launch>* list;
};

/// A node that is launched, in a table.
struct recorded_node {
    const operation* op = nullptr;
    int node = 0;
    bool backward = false;
};

/// Is node `n` of the backward part of its graph?
template <class Plan>
constexpr bool is_backward(const Plan& p, int n) {
    for (const auto& g : p.groups) {
        if (g.node == n) return g.backward;
        for (int s = g.node < 0 ? g.first : g.last; s < g.last; ++s) {
            const auto& stage = p.stages[static_cast<std::size_t>(s)];
            if (stage.node == n) return g.backward;
            for (int q = stage.node < 0 ? stage.first : stage.last; q < stage.last; ++q) {
                const auto& pass = p.passes[static_cast<std::size_t>(q)];
                for (int m = pass.first; m < pass.last; ++m)
                    if (p.members[static_cast<std::size_t>(m)] == n) return g.backward;
            }
        }
    }
    return false;
}

} // namespace hone::testing

namespace hone {

template <>
struct backend<testing::recording> {
    using recording = testing::recording;
    using node = testing::recorded_node;
    template <class T>
    using stage = std::span<const node>;
    template <class Program, class T>
    struct constants {
        template <class Parameters>
        void take(const Parameters&, team&) {}
        template <class Parameters>
        const T* const* look(const Parameters&) {
            return nullptr;
        }
    };

    template <const auto& P, int N>
    static constexpr node of() {
        return {P.nodes[N].op, N, testing::is_backward(P, N)};
    }
    template <class T>
    static void record(const node& n, const spot* all, const context<T, recording>& c, const frame<T>& f) {
        const spot& s = all[n.node];
        const int rows = rows_of(s, c), columns = s.columns(c.classes);
        c.list->push_back({n.op, rows, columns, n.backward});
        if (s.where == store::temporary || s.where == store::kept || s.where == store::result || s.where == store::input_gradient)
            std::fill_n(locate(s, c, f), static_cast<long>(rows) * columns, T(1));
    }
    template <const auto& P, int S>
    static constexpr auto nodes = [] {
        constexpr auto& s = P.stages[S];
        constexpr int first = s.node < 0 ? P.passes[s.first].first : 0;
        constexpr int count = s.node < 0 ? P.passes[s.last - 1].last - first : 1;
        std::array<node, static_cast<std::size_t>(count)> all{};
        for (int m = 0; m < count; ++m) {
            const int n = s.node < 0 ? P.members[static_cast<std::size_t>(first + m)] : s.node;
            all[static_cast<std::size_t>(m)] = {P.nodes[static_cast<std::size_t>(n)].op, n, testing::is_backward(P, n)};
        }
        return all;
    }();
    template <const auto& P, class T, int S>
    static constexpr stage<T> stage_of() {
        return nodes<P, S>;
    }
    template <const auto& P, int N, class T>
    static void run(const access<T, recording>& a) {
        static constexpr node n = of<P, N>();
        record(n, a.all, *a.c, *a.f);
        for (int k = 1; k < most_carried; ++k)
            if (a.output[k]) std::fill_n(a.output[k], static_cast<long>(rows_of(a.all[a.plan->output[k]], *a.c)) * a.all[a.plan->output[k]].columns(a.classes), T(1));
    }
    template <const auto& P, class T, int N>
    static constexpr kernel_entry<T, recording> kernel_of() {
        return {&run<P, N, T>};
    }
    template <class Stage>
    static constexpr long packed(const Stage&, const spot*, long) {
        return 0;
    }
    template <class T>
    static void run_stages(const group_entry<T, recording>& group, const spot* all, context<T, recording>& c, const frame<T>& f) {
        for (const auto& stage : group.stages)
            for (const auto& n : stage) record(n, all, c, f);
    }
    template <class T>
    static void add(const T*, T*, long count, const context<T, recording>& c) {
        c.list->push_back({&operation_of<accumulate_>, 1, count, true});
    }
};

} // namespace hone
