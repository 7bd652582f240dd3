// The plan of a step as text, stage by stage, so that a person can follow one value through it: the
// graph with equal values merged, what is asked for, the derivative behind it, the groups that run
// together, where each value stands and for how long, and the bytes that this makes. It plans once
// more as ordinary code; a program that does not call it pays nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/step/memory_plan.hpp"
#include "hone/step/program.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The name of an op's type, without the namespace and the underscore that ends it.
template <class Op>
std::string op_name() {
    std::string_view all = __PRETTY_FUNCTION__;
    all.remove_prefix(all.find("Op = ") + 5);
    all = all.substr(0, all.find_first_of(";]"));
    std::string name(all);
    for (auto at = name.find("hone::"); at != name.npos; at = name.find("hone::"))
        name.erase(at, 6);
    if (!name.empty() && name.back() == '_') name.pop_back();
    return name;
}
template <class... Op>
std::vector<std::pair<const operation*, std::string>> names_of(types<Op...>) {
    return {{&operation_of<Op>, op_name<Op>()}...};
}

/// Writes graphs and their plans; values are called %number, weights, fields and run-time numbers
/// by their names.
struct plan_writer {
    const program& p;
    std::span<const weight_entry> weights;
    growing<std::string_view> fields{};
    std::vector<std::pair<const operation*, std::string>> ops{};
    std::string text{};

    template <class... Part>
    void line(const Part&... part) {
        (add(part), ...);
        text += '\n';
    }
    void add(std::string_view s) { text += s; }
    void add(char c) { text += c; }
    void add(long n) { text += std::to_string(n); }
    void add(int n) { text += std::to_string(n); }
    void add(amount a) {
        if (a.fixed != 0 || a.classes == 0) add(a.fixed);
        if (a.classes == 0) return;
        if (a.fixed != 0) add(" + ");
        add(a.classes);
        add(" x classes");
    }
    std::string field(int number) const {
        const auto count = static_cast<int>(fields.size());
        if (number < count) return std::string(fields[static_cast<std::size_t>(number)]);
        const auto& longer = p.longer[static_cast<std::size_t>(number - count)];
        return field(longer.field) + " with " + std::to_string(longer.rows) + " virtual tokens";
    }
    std::string rows(int kind) const {
        if (kind == per_sequence_code) return "sequences";
        if (kind == class_rows) return "classes";
        if (kind < 0) return kind == -1 ? "once" : std::to_string(-kind) + " rows";
        const row_space& space = p.spaces[static_cast<std::size_t>(kind - 1)];
        return field(space.field) + (space.by == counted::picked ? ", picked" : "");
    }
    /// A weight by its path: a star is the running layer of the loop around it.
    std::string weight(int use) const {
        const auto& u = p.uses[static_cast<std::size_t>(use)];
        std::string out;
        int star = 0;
        for (char c : weights[static_cast<std::size_t>(u.entry)].path.view()) {
            if (c != '*') out += c;
            else if (const int layer = u.layer[star++]; layer >= 0) out += std::to_string(layer);
            else out += c;
        }
        return out;
    }
    std::string name(const node& n) const {
        for (const auto& o : ops)
            if (o.first == n.op) return o.second;
        return "?";
    }
    std::string value(const graph& g, int i) const {
        const node& n = g.nodes[static_cast<std::size_t>(i)];
        if (n.op == &operation_of<weight_leaf>) return weight(n.detail);
        if (n.op == &operation_of<symbol_leaf>)
            return std::string(p.symbols[static_cast<std::size_t>(n.detail)].name.view());
        if (n.op == &operation_of<added_leaf>)
            return "added to " + std::string(p.additions[static_cast<std::size_t>(n.detail)].name.view());
        if (n.op == &operation_of<argument_leaf>)
            return n.detail == 0              ? std::string("input")
                   : n.detail < most_carried  ? "input " + std::to_string(n.detail)
                   : n.detail == most_carried ? std::string("gradient of result")
                                              : "gradient " + std::to_string(n.detail - most_carried);
        if (n.op != &operation_of<field_leaf>) return "%" + std::to_string(i);
        const input_column& in = p.inputs[static_cast<std::size_t>(n.detail)];
        static constexpr std::string_view names[]{
            "", ".types", ".positions", ".virtual_rows", ".segment", ".first", ".first_inverse",
            ".last", ".last_inverse", ".source", ".source_inverse"};
        return field(in.field).append(names[static_cast<std::size_t>(in.what)]);
    }
    void node_line(const graph& g, int i) {
        const node& n = g.nodes[static_cast<std::size_t>(i)];
        if (n.op->how == structure::leaf) return;
        add("  %"), add(i), add(" = "), add(name(n)), add('(');
        for (int k = 0; k < n.count; ++k) add(k == 0 ? "" : ", "), add(value(g, n.argument[k]));
        if (n.op->how == structure::effect)
            return line(") into the gradient of ", weight(n.detail));
        add("): ");
        if (n.width == run_time) add("classes");
        else add(n.width);
        add(" columns, "), add(rows(n.kind));
        if (n.op->how == structure::loop) {
            const auto& use = p.loops[static_cast<std::size_t>(n.detail)];
            add(", "), add(use.count), add(" layers of block "), add(use.body);
        }
        line();
    }
    void graphs() {
        for (std::size_t number = 0; number < p.graphs.size(); ++number) {
            const auto& g = p.graphs[number];
            if (number == 0) line("the lambda");
            else line("block ", static_cast<int>(number), layers(static_cast<int>(number)));
            for (int i = 0; i < static_cast<int>(g.nodes.size()); ++i) {
                if (g.forward > 0 && i == g.forward) line("  -- backward");
                node_line(g, i);
            }
        }
        add("read by the caller:");
        for (int r : p.roots) add(' '), add(value(p.graphs[0], r));
        line();
    }
    std::string layers(int body) const {
        std::string out;
        for (const auto& use : p.loops)
            if (use.body == body)
                out += ", layers " + std::to_string(use.first) + " to " +
                       std::to_string(use.first + use.count - 1);
        return out;
    }
    void groups(const planning& w) {
        for (int i = 0; i < w.groups(); ++i) {
            const auto& g = w.s.groups[static_cast<std::size_t>(i)];
            add("  group "), add(i), add(g.backward ? " (backward)" : "");
            if (g.node >= 0) {
                line(": %", g.node, " alone, ", name(w.at(g.node)));
                continue;
            }
            line(" over ", rows(g.kind));
            for (int s = g.first; s < g.last; ++s)
                stage(w, w.s.stages[static_cast<std::size_t>(s)]);
        }
    }
    void stage(const planning& w, const stage_plan& s) {
        if (s.node >= 0) return line("    product %", s.node);
        for (int i = s.first; i < s.last; ++i) {
            const auto& pass = w.s.passes[static_cast<std::size_t>(i)];
            add(i == s.first ? "    rows: " : "          ");
            if (pass.width == run_time) add("classes");
            else add(pass.width);
            add(" columns of");
            for (int m = pass.first; m < pass.last; ++m)
                add(" %"), add(w.s.members[static_cast<std::size_t>(m)]);
            line();
        }
    }
    void places(const planning& w) {
        for (int i = 0; i < w.count(); ++i) place(w, i, w.places[static_cast<std::size_t>(i)]);
        for (const auto& l : w.loops)
            line("  %", l.node - w.made.first_node, ": values between its layers from column ",
                 l.values[0], l.inner ? " of what is kept" : "");
        for (int r = 0; r < most_regions; ++r) {
            region(" temporary columns of ", r, w.made.temporary[r]);
            region(" columns kept for each layer, of ", r, w.made.kept[r]);
        }
    }
    void region(std::string_view what, int r, amount size) {
        if (!(size == amount{})) line("  in all ", size, what, r == 0 ? "fixed rows" : rows(r - 1));
    }
    void place(const planning& w, int i, const location& at) {
        static constexpr std::string_view names[]{"registers", "scratch", "temporary", "kept"};
        if (w.group_of(i) < 0 || w.at(i).op->how == structure::effect) return;
        add("  %"), add(i), add(": ");
        if (at.where == store::gradient)
            return line("the gradient of ", weight(static_cast<int>(at.offset.fixed)));
        if (at.where == store::result) return line("the layer's result");
        if (at.where == store::input_gradient) return line("the gradient of the layer's input");
        if (at.partial >= 0) add("partial sums, then ");
        if (at.row_fixed >= 0) add("a row of ");
        add(names[static_cast<std::size_t>(at.where)]);
        const bool in_columns = at.where == store::scratch || at.where == store::temporary ||
            at.where == store::kept;
        if (in_columns) add(", columns "), add(at.offset), add(" + "), add(w.columns(i));
        if (at.where == store::temporary)
            add(", groups "), add(w.group_of(i)), add(" to "),
                add(w.last[static_cast<std::size_t>(i)]);
        line(at.half ? ", as bf16" : "");
    }
};

} // namespace detail

/// Each stage of the plan of a step: `plan_text<decltype(step)>()`. `classes`: their number, if it
/// is known at run time only.
template <class Step>
std::string plan_text(long classes = 0) {
    using draft = typename Step::program;
    written w;
    detail::plan_writer to{w.p, weight_entries<typename draft::model>};
    detail::field_names(to.fields, static_cast<typename draft::symbols::field_list*>(nullptr));
    to.ops = detail::names_of(typename draft::ops{});
    to.line("1. The graph: equal values are one");
    draft::flatten(w);
    to.graphs();
    to.line("\n2. Demand: values for the rows that are read");
    draft::demand(w);
    to.graphs();
    to.line("\n3. The derivative behind it");
    draft::reverse(w);
    to.graphs();
    to.line("\n4. Groups, and where their values stand");
    w.plan.rounded = std::is_same_v<typename draft::input, bf16>;
    plan_all(w.plan, w.p, [&](const detail::planning& graph) {
        to.line(graph.number == 0 ? "the lambda" : "block ",
            graph.number == 0 ? "" : std::to_string(graph.number));
        to.groups(graph);
        to.places(graph);
    });
    const auto bytes = Step::plan_for(classes);
    to.line("\n5. Bytes: ", bytes.per_block_of_tokens, " for ", bytes.block, " tokens, ",
        bytes.per_block_of_sequences,
            " for ", bytes.block, " sequences, ", bytes.constant, " once, ", bytes.per_thread,
                " a thread");
    return to.text;
}

} // namespace hone
HONE_COMPACT_END
