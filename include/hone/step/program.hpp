// From a lambda on symbols to a constant plan: the lambda's type is flattened to a graph, the reverse is written behind it, groups
// and memory are planned, and the result is frozen into arrays that kernels take as template arguments. What is wrong is noticed
// here, once, as a number that becomes a sentence at the call of differentiate.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "hone/expression/demand.hpp"
#include "hone/expression/field.hpp"
#include "hone/expression/layers.hpp"
#include "hone/expression/memory.hpp"
#include "hone/op/types.hpp"
#include "hone/step/loss_graph.hpp"
#include "hone/step/problem.hpp"
#include "hone/tensor/bf16.hpp"

namespace hone {

/// One program as written down, before it is frozen.
struct written {
    program p;
    planned plan;
    bool weights_known = false; ///< those of the terms, without the model: labels, fields and numbers alone say them
    problem found{};
};

struct plan_sizes {
    std::size_t nodes = 0, groups = 0, stages = 0, passes = 0, members = 0, graphs = 0, loop_plans = 0, loops = 0, uses = 0, symbols = 0, roots = 0, longer = 0, inputs = 0, spaces = 0, additions = 0;
    constexpr bool within(const plan_sizes& o) const {
        return nodes <= o.nodes && groups <= o.groups && stages <= o.stages && passes <= o.passes && members <= o.members && graphs <= o.graphs &&
               loop_plans <= o.loop_plans && loops <= o.loops && uses <= o.uses && symbols <= o.symbols && roots <= o.roots && longer <= o.longer && inputs <= o.inputs && spaces <= o.spaces &&
               additions <= o.additions;
    }
};
/// Room for the plan of any usual step: one evaluation tells its sizes and what it holds. A larger one is evaluated again.
inline constexpr plan_sizes usual_sizes{1024, 256, 192, 320, 768, 12, 16, 12, 192, 16, 16, 4, 24, most_regions, 4};

/// A frozen plan: kernels refer to it by reference.
template <plan_sizes S, class Ops>
struct frozen_plan {
    using ops = Ops; ///< the types behind the nodes' operations
    std::array<node, S.nodes> nodes{};
    std::array<location, S.nodes> places{};
    std::array<group_plan, S.groups> groups{};
    std::array<stage_plan, S.stages> stages{};
    std::array<pass_plan, S.passes> passes{};
    std::array<int, S.members> members{};
    std::array<graph_plan, S.graphs> graphs{};
    std::array<loop_plan, S.loop_plans> loop_plans{};
    std::array<loop_use, S.loops> loops{};
    std::array<weight_use, S.uses> uses{};
    std::array<number_symbol, S.symbols> symbols{};
    std::array<longer_field, S.longer> longer{};
    std::array<input_column, S.inputs> inputs{};
    std::array<row_space, S.spaces> spaces{};
    std::array<added_rows, S.additions> additions{}; ///< a gradient of each, in order, is the last of a training step's roots
    std::array<int, S.roots> roots{}; ///< nodes of graph 0
    bool weights_known = false;
    memory_plan_data memory{};
    const weight_entry* entries = nullptr;
    int sites = 0;

    /// Fills itself, no larger than it is, from a plan of these sizes.
    template <class Planned, class Program>
    constexpr void take(const plan_sizes& size, const Planned& plan, const Program& p) {
        const auto copy = [](auto& to, const auto& from, std::size_t count) {
            for (std::size_t i = 0; i < count; ++i) to[i] = from[i];
        };
        copy(nodes, plan.nodes, size.nodes);
        copy(places, plan.places, size.nodes);
        copy(groups, plan.groups, size.groups);
        copy(stages, plan.stages, size.stages);
        copy(passes, plan.passes, size.passes);
        copy(members, plan.members, size.members);
        copy(graphs, plan.graphs, size.graphs);
        copy(loop_plans, plan.loop_plans, size.loop_plans);
        copy(loops, p.loops, size.loops);
        copy(uses, p.uses, size.uses);
        copy(symbols, p.symbols, size.symbols);
        copy(longer, p.longer, size.longer);
        copy(inputs, p.inputs, size.inputs);
        copy(spaces, p.spaces, size.spaces);
        copy(additions, p.additions, size.additions);
        copy(roots, p.roots, size.roots);
        memory = plan.memory;
    }
    constexpr int loop_plan_of(int n) const {
        for (int i = 0; i < static_cast<int>(S.loop_plans); ++i)
            if (loop_plans[static_cast<std::size_t>(i)].node == n) return i;
        return -1;
    }
};

constexpr plan_sizes sizes_of(const written& w) {
    const auto n = [](const auto& v) { return v.size(); };
    return {n(w.plan.nodes), n(w.plan.groups),     n(w.plan.stages), n(w.plan.passes), n(w.plan.members), n(w.plan.graphs),
            n(w.plan.loop_plans), n(w.p.loops), n(w.p.uses),      n(w.p.symbols),   n(w.p.roots),  n(w.p.longer),
            n(w.p.inputs), n(w.p.spaces), n(w.p.additions)};
}

/// What one evaluation gives.
template <plan_sizes S, class Ops>
struct draft_plan {
    problem found{};
    plan_sizes sizes{};
    frozen_plan<S, Ops> plan{}; ///< where it fits
};

namespace detail {

template <class... Parts>
constexpr void field_names(growing<std::string_view>& out, boost::hana::tuple<Parts...>*) {
    (out.push_back(Parts::name::value), ...);
}

/// Is something subtracted from itself?
constexpr bool subtracts_itself(const program& p) {
    for (const auto& g : p.graphs)
        for (const auto& n : g.nodes)
            if (n.op == &operation_of<subtract_> && n.argument[0] == n.argument[1]) return true;
    return false;
}

} // namespace detail

/// What a lambda on a model and a batch becomes, still as values.
template <class Model, class Trainable, class Batch, class Function, keeping Policy, bool Training, class Input>
struct draft_of {
    static_assert(std::is_empty_v<Function>, HONE_E017);
    using model = Model;
    using batch = Batch;
    using input = Input;
    using symbols = typename Batch::template symbols<Batch>;
    using result = decltype(Function{}(bound<Model, path<>>{}, symbols{}));
    using ops = typename detail::types_of<result>::type;
    /// Does a weight train that an allocation must follow?
    static constexpr bool allocates = [] {
        for (const auto& w : weight_entries<Model>)
            for (int k = 0; k < copies(w); ++k)
                if (w.allocated && selection_of<Model, Trainable>.holds[static_cast<std::size_t>(w.first + k)]) return true;
        return false;
    }();
    /// Does copy `k` of a weight train?
    static constexpr bool trains(const weight_entry& w, int k) { return selection_of<Model, Trainable>.holds[static_cast<std::size_t>(w.first + k)]; }

    /// From the sums of the terms down, from what they are divided by where a weight that trains is in it, and from what they are multiplied with.
    static constexpr void write_gradient(written& w, graph_builder& b) {
        const auto terms = w.p.roots.size() / term_roots::count;
        for (std::size_t t = 0; t < terms; ++t) {
            const auto root = [&](int part) { return w.p.roots[term_roots::count * t + static_cast<std::size_t>(part)]; };
            const auto given_as = [&](std::string_view name) {
                path_text full;
                full.append(name);
                full.append_number(static_cast<int>(t));
                return write_symbol(b, full.view(), 1, true, 0);
            };
            const int coefficient = root(term_roots::coefficient), sum = root(term_roots::sum), weight = root(term_roots::weight), given = given_as("#divisor");
            const int seed = b.element<seed_>({coefficient, weight, given});
            b.contribute(sum, seed);
            if (b.at(weight).needs)
                b.contribute(weight, b.element<negate_>({b.element<multiply_>({seed, b.element<mean_>({b.value(sum), b.value(weight), given, given_as("#total")})})}));
            if (b.at(coefficient).needs) b.contribute(coefficient, b.element<share_>({b.value(sum), b.value(weight), given}));
        }
        b.reverse();
        write_gradients_of_additions(w, b);
        if (w.found.number != 0) return;
        if (b.problem != 0) w.found = {b.problem, {}, {}, b.culprit};
        else w.found = find_problem<Model, Trainable>(w.p);
    }

    /// The node of graph 0 in which an addition stands.
    static constexpr int leaf_of(const growing<node>& nodes, std::size_t addition) {
        for (std::size_t i = 0; i < nodes.size(); ++i)
            if (nodes[i].op == &operation_of<added_leaf> && nodes[i].detail == static_cast<int>(addition)) return static_cast<int>(i);
        return -1;
    }
    /// What is added has a gradient too, which the caller reads.
    static constexpr void write_gradients_of_additions(written& w, graph_builder& b) {
        for (std::size_t k = 0; k < w.p.additions.size(); ++k) {
            const int leaf = leaf_of(b.g().nodes, k), gradient = leaf < 0 ? -1 : b.of(leaf);
            if (gradient >= 0) w.p.roots.push_back(gradient);
            else if (b.problem == 0 && w.found.number == 0) w.found = {97, w.p.additions[k].name, {}, nullptr};
        }
    }

    /// The lambda as a graph: equal values are one. Roots: the value itself, or those of each term (terms.hpp).
    static constexpr void flatten(written& w) {
        growing<std::string_view> fields;
        detail::field_names(fields, static_cast<typename symbols::field_list*>(nullptr));
        w.p.graphs.resize(1);
        const emission e{&w.p, weight_entries<Model>, selection_of<Model, Trainable>.holds.data(), &fields, Training};
        scope root;
        detail::roots_of<result>::write_to(e, root);
        if constexpr (is_loss<result>) w.weights_known = detail::weights_without_model(w.p);
        if (Training && w.p.sites.size() > 0 && detail::subtracts_itself(w.p)) w.found = {82};
        if (w.p.torn.size > 0) w.found = {83, w.p.torn};
        if (w.p.unlike.size > 0) w.found = {98, w.p.unlike};
    }
    /// Only the rows that are asked for.
    static constexpr void demand(written& w) {
        take_out_last_layers(w.p);
        move_selections_up(w.p);
    }
    /// The derivative behind the graph.
    static constexpr void reverse(written& w) {
        graph_builder b{w.p, 0, Policy};
        b.begin_backward();
        if constexpr (Training && is_loss<result>) write_gradient(w, b);
        if (w.p.missing.size > 0) w.found = {57, w.p.missing, {}, nullptr};
    }
    /// All stages. `Turn` tells the evaluations apart: g++ 12 hands out a remembered result whose heap storage is gone.
    template <int Turn>
    static constexpr void write(written& w) {
        flatten(w);
        demand(w);
        reverse(w);
        w.plan.rounded = std::is_same_v<Input, bf16>;
        plan_all(w.plan, w.p);
    }
    template <int Turn, plan_sizes Room>
    static constexpr auto evaluated() {
        draft_plan<Room, ops> made;
        written w;
        write<Turn>(w);
        made.found = w.found;
        for (int& r : w.p.roots) r += w.plan.graphs[0].first_node;
        for (std::size_t k = 0; k < w.p.additions.size(); ++k) w.p.additions[k].leaf = leaf_of(w.plan.nodes, k);
        made.sizes = sizes_of(w);
        if (made.sizes.within(Room)) made.plan.take(made.sizes, w.plan, w.p);
        made.plan.weights_known = w.weights_known;
        made.plan.entries = weight_entries<Model>.data();
        made.plan.sites = static_cast<int>(w.p.sites.size());
        return made;
    }
    static constexpr auto first = evaluated<0, usual_sizes>();
    static constexpr problem found = first.found;
};

/// A plan, and what its products multiply: void for the numbers as they are, or bf16.
template <class Plan, class Input>
struct plan_in : Plan {
    using input = Input;
};

/// The program as constants; made only of a draft in which nothing is wrong.
template <class Model, class Trainable, class Batch, class Function, keeping Policy, bool Training, class Input>
struct program_of : draft_of<Model, Trainable, Batch, Function, Policy, Training, Input> {
    using draft = draft_of<Model, Trainable, Batch, Function, Policy, Training, Input>;
    static constexpr plan_sizes sizes = draft::first.sizes;
    static constexpr auto freeze() {
        if constexpr (sizes.within(usual_sizes)) {
            frozen_plan<sizes, typename draft::ops> f;
            f.take(sizes, draft::first.plan, draft::first.plan);
            f.weights_known = draft::first.plan.weights_known;
            f.entries = draft::first.plan.entries;
            f.sites = draft::first.plan.sites;
            return f;
        } else
            return draft::template evaluated<1, sizes>().plan;
    }
    static constexpr plan_in<decltype(freeze()), Input> plan{freeze()};
    static constexpr auto& entries = weight_entries<Model>;
};

} // namespace hone
