// Writing nodes down: insertion with merging, shapes of elementwise results, and the adjoints of the one reverse loop.
// The default policy keeps what products and attention give and computes everything elementwise or row-wise again:
// `value(f)` hands a derivative the forward value f, or the nodes that make it again. Cost: linear search on insertion.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include "hone/meta/growing.hpp"

#include "hone/expression/core.hpp"

namespace hone {

/// What happens to forward values between the passes: products and attention are kept and the rest is computed again, everything is kept, or of each
/// block under a repeat only its input is, and the whole block is run again for its backward pass (Chen et al. 2016).
enum class keeping : unsigned char { products, everything, block_inputs };
/// The least memory, for about a third more time.
inline constexpr keeping recompute_blocks = keeping::block_inputs;

struct graph_builder {
    program& all;
    int number;              ///< which graph is written
    keeping policy = keeping::products;
    bool backward = false;
    int problem = 0;         ///< the number of the first sentence that applies, 0: none
    const operation* culprit = nullptr; ///< the op that it is about
    growing<int> adjoint{}, again{};
    flags kept{};

    constexpr graph& g() { return all.graphs[static_cast<std::size_t>(number)]; }
    constexpr node& at(int i) { return g().nodes[static_cast<std::size_t>(i)]; }

    constexpr int insert(node n) {
        auto& nodes = g().nodes;
        const std::size_t from = backward ? static_cast<std::size_t>(g().forward) : 0;
        const node *const all_nodes = nodes.data(), *const end = all_nodes + nodes.size();
        for (const node* p = all_nodes + from; p != end; ++p)
            if (p->op == n.op && p->argument[0] == n.argument[0] && p->same(n)) return static_cast<int>(p - all_nodes);
        // what a loop gives needs what its block says; everything else, what it is made of
        const bool own = n.op == &operation_of<loop_> || (n.op == &operation_of<output_> && at(n.argument[0]).op == &operation_of<loop_>);
        for (int i = 0; i < n.count && !n.op->constant && !own; ++i) n.needs = n.needs || at(n.argument[i]).needs;
        nodes.push_back(n);
        return static_cast<int>(nodes.size()) - 1;
    }
    constexpr int add(const operation& op, std::initializer_list<int> arguments, int width, int kind, int detail = 0, int layer = -1) {
        node n;
        n.op = &op;
        for (int a : arguments) n.argument[n.count++] = a;
        n.width = width;
        n.kind = kind;
        n.detail = detail;
        n.layer = layer;
        return insert(n);
    }
    template <class Op>
    constexpr int add(std::initializer_list<int> arguments, int width, int kind, int detail = 0, int layer = -1) {
        return add(operation_of<Op>, arguments, width, kind, detail, layer);
    }
    /// What a leaf of a column reads.
    constexpr const input_column& input(int leaf) { return all.inputs[static_cast<std::size_t>(at(leaf).detail)]; }
    /// A batch_column of whole numbers that the batch gives, or that is made of it.
    constexpr int column(int field, batch_column what, int kind) {
        node n;
        n.op = &operation_of<field_leaf>;
        n.width = 1;
        n.kind = kind;
        n.detail = position(all.inputs, input_column{field, what, kind});
        n.integer = true;
        return insert(n);
    }
    /// An elementwise node: the shape is that of its arguments joined (width 1 and a single row are repeated).
    template <class Op>
    constexpr int element(std::initializer_list<int> arguments) {
        int width = 1, kind = -1;
        for (int a : arguments) {
            if (at(a).width != 1) width = at(a).width;
            if (at(a).kind != -1) kind = at(a).kind;
        }
        return add<Op>(arguments, width, kind);
    }
    /// Adds `c` to the adjoint of `target`, summed over the rows or columns along which the target was repeated.
    constexpr void contribute(int target, int c) {
        if (!at(target).needs) return;
        const int width = at(target).width, kind = at(target).kind;
        if (width == 1 && at(c).width != 1) c = add<sum_columns_>({c}, 1, at(c).kind);
        if (kind == -1 && at(c).kind != -1) c = add<sum_rows_>({c}, at(c).width, -1);
        if (at(c).width != width || at(c).kind != kind) c = add<copy_>({c}, width, kind);
        if (at(target).op == &operation_of<weight_leaf>) {
            add<accumulate_>({c}, width, kind, at(target).detail);
            return;
        }
        auto& slot = adjoint[static_cast<std::size_t>(target)];
        slot = slot < 0 ? c : element<add_>({slot, c});
    }
    /// A forward value for the backward pass: kept, or made again.
    constexpr int value(int f) {
        const auto i = static_cast<std::size_t>(f);
        if (f >= g().forward || at(f).op->how == structure::leaf || kept[i]) return f;
        if (again[i] < 0) {
            node n = at(f);
            n.needs = false;
            for (int k = 0; k < n.count; ++k) n.argument[k] = value(n.argument[k]);
            again[i] = insert(n);
        }
        return again[i];
    }
    /// The adjoint of `self`.
    constexpr int of(int self) const { return adjoint[static_cast<std::size_t>(self)]; }
    /// The forward value of the k-th argument of `self`.
    constexpr int argument(int self, int k) { return value(at(self).argument[k]); }

    /// Notes why there is no gradient; the first reason is the one that is spoken.
    constexpr void refuse(int sentence, const operation* op) {
        if (problem != 0) return;
        problem = sentence;
        culprit = op;
    }

    /// The reverse of this graph: from the last forward node to the first, with adjoints already at the results.
    constexpr void reverse() {
        for (int i = g().forward - 1; i >= 0; --i) {
            if (!at(i).needs || at(i).op->how == structure::leaf) continue;
            if (of(i) < 0 && (at(i).op->how != structure::loop || !reads_output(i))) continue; // nobody asks for it
            if (at(i).op->reverse) at(i).op->reverse(*this, i);
            else refuse(15, at(i).op);
        }
    }
    /// Has a further result of node `i` an adjoint?
    constexpr bool reads_output(int i) const {
        const auto& nodes = all.graphs[static_cast<std::size_t>(number)].nodes;
        for (std::size_t k = 0; k < adjoint.size(); ++k)
            if (adjoint[k] >= 0 && nodes[k].op == &operation_of<output_> && nodes[k].argument[0] == i) return true;
        return false;
    }
    /// The further result `which` of node `i`, -1 where it is not written.
    constexpr int output(int i, int which) {
        for (int k = 0; k < static_cast<int>(g().nodes.size()); ++k)
            if (at(k).op == &operation_of<output_> && at(k).argument[0] == i && at(k).detail == which) return k;
        return -1;
    }
    constexpr void begin_backward() {
        g().forward = static_cast<int>(g().nodes.size());
        backward = true;
        adjoint.assign(g().nodes.size(), -1);
        again.assign(g().nodes.size(), -1);
        mark_kept();
    }

private:
    constexpr void mark_kept() {
        const auto n = g().nodes.size();
        kept.assign(n, policy == keeping::everything);
        for (int k = 0; k < g().carried && policy == keeping::everything; ++k) kept[static_cast<std::size_t>(g().result[k])] = false; // belongs to the next layer
        if (policy != keeping::products) return;
        growing<int> readers(n, 0), reader(n, -1);
        for (std::size_t i = 0; i < n; ++i)
            for (int k = 0; k < g().nodes[i].count; ++k) {
                const auto a = static_cast<std::size_t>(g().nodes[i].argument[k]);
                ++readers[a];
                reader[a] = static_cast<int>(i);
            }
        for (std::size_t i = 0; i < n; ++i) {
            const auto& p = g().nodes[i];
            for (int k = 0; k < p.count && p.op->how == structure::loop; ++k) kept[static_cast<std::size_t>(p.argument[k])] = true;
            if (p.op->how == structure::output) kept[i] = kept[i] || at(p.argument[0]).op->keep;
            if (!p.op->keep) continue;
            std::size_t anchor = i; // a product whose only reader adds a vector: keep the sum instead
            if (p.op->how == structure::block && readers[i] == 1) {
                const auto& r = g().nodes[static_cast<std::size_t>(reader[i])];
                if (r.op == &operation_of<add_> && r.count == 2 &&
                    (at(r.argument[0]).kind == -1 || at(r.argument[1]).kind == -1))
                    anchor = static_cast<std::size_t>(reader[i]);
            }
            kept[anchor] = true;
        }
        // what a sum or a factor alone reads is not asked for again: keep the sum, or the product with the factor
        const auto only_here = [&](int a) { return kept[static_cast<std::size_t>(a)] && readers[static_cast<std::size_t>(a)] == 1 && at(a).op->how != structure::loop; };
        for (std::size_t i = 0; i < n; ++i) {
            const auto& p = g().nodes[i];
            const bool sum = p.op == &operation_of<add_> && only_here(p.argument[0]) && only_here(p.argument[1]) && p.argument[0] != p.argument[1];
            if (g().is_result(static_cast<int>(i)) || !(sum || (p.op->linear && only_here(p.argument[0])))) continue;
            for (int k = 0; k < p.count; ++k) kept[static_cast<std::size_t>(p.argument[k])] = false;
            kept[i] = true;
        }
    }
};

constexpr void copy_::reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.of(self)); }
constexpr void add_::reverse(graph_builder& b, int self) {
    b.contribute(b.at(self).argument[0], b.of(self));
    b.contribute(b.at(self).argument[1], b.of(self));
}
constexpr void sum_columns_::reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.of(self)); }
constexpr void sum_rows_::reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.of(self)); }
constexpr void output_::reverse(graph_builder&, int) {} // the op that gives it answers for it

/// The backward graph of a block: seeds for what it hands on, and for the gradients of what every layer reads, which come from the layer above.
constexpr void reverse_block(graph_builder& b) {
    b.begin_backward();
    auto leaf = [&](int like, int k) { return b.add<argument_leaf>({}, b.at(like).width, b.at(like).kind, most_carried + k); };
    for (int k = 0; k < b.g().inputs; ++k) {
        const bool carried = k < b.g().carried;
        const int to = carried ? b.g().result[k] : b.g().input[k];
        if (to < 0 || !b.at(to).needs) continue;
        b.adjoint[static_cast<std::size_t>(to)] = b.g().seed[k] = leaf(to, k);
    }
    b.reverse();
    for (int k = 0; k < b.g().inputs; ++k) {
        const int input = b.g().input[k];
        if (input < 0 || !b.at(input).needs) continue;
        int gradient = b.of(input);
        const node shape = b.at(input);
        if (gradient < 0) gradient = b.element<zeros_like_>({input});
        bool own = b.at(gradient).op->how == structure::element;
        for (int other = 0; other < k; ++other) own = own && b.g().input_gradient[other] != gradient;
        b.g().input_gradient[k] = own ? gradient : b.add<copy_>({gradient}, shape.width, shape.kind, k);
    }
}
constexpr void loop_::reverse(graph_builder& b, int self) {
    const node n = b.at(self);
    auto& use = b.all.loops[static_cast<std::size_t>(n.detail)];
    use.backward = true;
    graph_builder inner{b.all, use.body, b.policy};
    if (!inner.g().reversed) {
        inner.g().reversed = true;
        reverse_block(inner);
        if (inner.problem != 0) b.refuse(inner.problem, inner.culprit);
    }
    node back;
    back.op = &operation_of<loop_back_>;
    back.detail = n.detail;
    back.layer = n.layer;
    back.width = b.at(n.argument[0]).width;
    back.kind = b.at(n.argument[0]).kind;
    for (int k = 0; k < n.count; ++k) back.argument[back.count++] = b.value(n.argument[k]);
    for (int k = 0; k < n.count; ++k) {
        if (inner.g().seed[k] < 0) continue;
        const int result = k >= use.carried ? -1 : k == 0 ? self : b.output(self, k), d = result < 0 ? -1 : b.of(result);
        back.argument[back.count++] = d >= 0 ? d : b.element<zeros_like_>({back.argument[k]});
    }
    const int made = b.insert(back);
    for (int k = 0; k < n.count; ++k) {
        if (inner.g().input_gradient[k] < 0) continue;
        const node argument = b.at(n.argument[k]);
        const int gradient = k == 0 ? made : b.add<output_>({made}, argument.width, argument.kind, k);
        b.contribute(n.argument[k], gradient);
    }
}

} // namespace hone
