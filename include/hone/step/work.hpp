// The work of a step as a constant of its type: the multiply-adds of all products that it runs, forward and backward, for each token, each sequence
// and once. Attention is not among them (it grows with the square of a text's length), nor is what goes over rows without multiplying.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/plan.hpp"
#include "hone/meta/fields.hpp"

namespace hone {

/// Multiply-adds of products.
struct product_work {
    double per_token = 0, per_sequence = 0, once = 0, per_pick = 0;
    constexpr product_work& operator+=(product_work o) {
        per_token += o.per_token;
        per_sequence += o.per_sequence;
        once += o.once;
        per_pick += o.per_pick;
        return *this;
    }
    constexpr product_work operator*(double n) const { return {per_token * n, per_sequence * n, once * n, per_pick * n}; }
};

namespace detail {

/// Of one product: its rows by kind times both widths. The weight gradient runs over the rows of what it multiplies.
template <class Plan>
constexpr product_work work_of_node(const Plan& p, int number, int fields, long classes) {
    const node& n = p.nodes[static_cast<std::size_t>(number)];
    if (n.op->multiplies == product_widths::none) return {};
    const node &x = p.nodes[static_cast<std::size_t>(n.argument[0])],
               &y = n.op->multiplies == product_widths::with_argument ? p.nodes[static_cast<std::size_t>(n.argument[1])] : n;
    const auto columns = [&](int width) { return static_cast<double>(width == run_time ? classes : width); };
    const double a_row = columns(x.width) * columns(y.width);
    if (x.kind == 0) return {0, a_row, 0};
    if (x.kind > 0) {
        const auto& space = p.spaces[static_cast<std::size_t>(x.kind - 1)];
        if (space.by == counted::longer) return {a_row, a_row * p.longer[static_cast<std::size_t>(space.field - fields)].rows, 0}; // virtual tokens
        return space.by == counted::sequences ? product_work{0, a_row, 0} : space.by == counted::picked ? product_work{0, 0, 0, a_row} : product_work{a_row, 0, 0};
    }
    return {0, 0, a_row * (x.kind == class_rows ? static_cast<double>(classes) : -x.kind)};
}
/// Of a graph: its groups, and the layers of its loops.
template <class Plan>
constexpr product_work work_of_graph(const Plan& p, int number, int fields, long classes) {
    product_work all;
    const auto& g = p.graphs[static_cast<std::size_t>(number)];
    for (int i = g.first_group; i < g.last_group; ++i) {
        const auto& group = p.groups[static_cast<std::size_t>(i)];
        if (group.node >= 0) {
            const node& n = p.nodes[static_cast<std::size_t>(group.node)];
            if (n.op == &operation_of<loop_>) { // its body's groups, forward and backward
                const auto& use = p.loops[static_cast<std::size_t>(n.detail)];
                all += work_of_graph(p, use.body, fields, classes) * use.count;
            } else
                all += work_of_node(p, group.node, fields, classes);
            continue;
        }
        for (int s = group.first; s < group.last; ++s)
            if (p.stages[static_cast<std::size_t>(s)].node >= 0) all += work_of_node(p, p.stages[static_cast<std::size_t>(s)].node, fields, classes);
    }
    return all;
}

} // namespace detail

/// Of a program (`decltype(step)::program`).
template <class Program>
constexpr product_work work_of(long classes = 0) {
    using fields = typename Program::symbols::field_list;
    return detail::work_of_graph(Program::plan, 0, static_cast<int>(decltype(boost::hana::length(std::declval<fields>()))::value), classes);
}

} // namespace hone
