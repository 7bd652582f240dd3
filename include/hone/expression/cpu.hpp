// Running a plan on a CPU: groups in order, each by all threads over blocks of rows; loops over layers with one frame for the
// running layer and one per layer for what the backward pass reads. Everything that is known is a template argument (the plan is
// a reference to a constant); what is left at run time are row counts and base addresses. Nothing here allocates.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "hone/device/team.hpp"
#include "hone/expression/plan.hpp"
#include "hone/tensor/random.hpp"

namespace hone::cpu {

/// Rows that a thread takes at a time in a pipeline, and the chunk of every sum over rows: part of the result's bits.
inline constexpr int block_rows = 96;

template <class T>
struct field_view {
    const std::int32_t* index[3]{};
    const std::int32_t* offsets = nullptr;
    const T* real = nullptr;
};

/// What a step knows at run time.
template <class T>
struct context {
    team* workers = nullptr;
    long classes = 0;
    int rows[most_regions]{};       ///< of the running batch, by region
    long capacity[most_regions]{};  ///< rows reserved
    field_view<T> fields[most_regions]{};
    const std::int32_t* sequence_of[most_regions]{}; ///< by region of tokens: which sequence a row belongs to
    const T* weights = nullptr;
    T* gradients = nullptr;
    const long* weight_at = nullptr;   ///< by entry_first + layer
    const long* gradient_at = nullptr; ///< -1: frozen
    const T* values = nullptr;         ///< run-time numbers
    T* partial[most_regions]{}; ///< by region
    T *packed = nullptr, *zeros = nullptr;
    T* scratch = nullptr;
    long scratch_stride = 0;
    std::uint64_t seed = 0, step = 0;
};

template <class T>
struct frame {
    T *temporary[most_regions]{}, *kept[most_regions]{};
    T *input = nullptr, *result = nullptr, *seed = nullptr, *input_gradient = nullptr;
    int layer[2]{};
    std::uint32_t code = 0; ///< tells layers apart in random numbers
};

/// The CPU kernel of an op that is not elementwise; specialised beside the op.
template <class Op>
struct kernel;

/// The row stage: passes over the rows of a block (op/rows/cpu.hpp).
template <const auto& P, class Ops, class T, int Stage>
struct row_stage;

template <const auto& P, int N>
inline constexpr int entry_of = P.uses[static_cast<std::size_t>(P.nodes[N].detail)].entry;

/// The position of a weight's copy for the running layers.
template <const auto& P, int Use, class T>
long weight_index(const frame<T>& f) {
    constexpr auto use = P.uses[Use];
    constexpr auto& entry = P.entries[static_cast<std::size_t>(use.entry)];
    const int first = use.layer[0] >= 0 ? use.layer[0] : f.layer[0], second = use.layer[1] >= 0 ? use.layer[1] : f.layer[1];
    return P.entry_first[static_cast<std::size_t>(use.entry)] + (entry.depth == 0 ? 0 : entry.depth == 1 ? first : first * entry.layers[1] + second);
}

/// Rows of node N in this batch.
template <const auto& P, int N, class T>
constexpr int rows_of(const context<T>& c) {
    constexpr int kind = P.nodes[N].kind;
    if constexpr (kind == class_rows) return static_cast<int>(c.classes);
    else if constexpr (kind < 0) return -kind;
    else return c.rows[region_of(kind)];
}
/// Columns of node N: an extent, empty where the compiler knows it.
template <const auto& P, int N, class T>
constexpr auto width_of(const context<T>& c) {
    constexpr int width = P.nodes[N].width;
    if constexpr (width == run_time) return extent<run_time>(static_cast<int>(c.classes));
    else return extent<width>();
}

/// Where node N's value starts; scratch is the running thread's, its rows counted from the block's first.
template <const auto& P, int N, class T>
T* address(const context<T>& c, const frame<T>& f, [[maybe_unused]] T* scratch = nullptr) {
    constexpr auto& n = P.nodes[N];
    constexpr auto& p = P.places[N];
    constexpr int region = region_of(n.kind);
    const long offset = p.offset.fixed + p.offset.classes * c.classes;
    if constexpr (p.where == store::temporary) return f.temporary[region] + offset * c.capacity[region];
    else if constexpr (p.where == store::kept) return f.kept[region] + offset * c.capacity[region];
    else if constexpr (p.where == store::input) return f.input;
    else if constexpr (p.where == store::result) return f.result;
    else if constexpr (p.where == store::seed) return f.seed;
    else if constexpr (p.where == store::input_gradient) return f.input_gradient;
    else if constexpr (p.where == store::scratch) return scratch + offset * block_rows;
    else if constexpr (p.where == store::weight) return const_cast<T*>(c.weights) + c.weight_at[weight_index<P, n.detail>(f)];
    else if constexpr (p.where == store::gradient) return c.gradients + c.gradient_at[weight_index<P, static_cast<int>(p.offset.fixed)>(f)];
    else if constexpr (p.where == store::symbol) return const_cast<T*>(c.values) + n.detail;
    else if constexpr (p.where == store::field) return const_cast<T*>(c.fields[n.detail / 4].real);
    else return nullptr;
}

/// What a kernel that runs alone is given: its node, and ways to its arguments.
template <const auto& P, int N, class T>
struct access {
    const context<T>& c;
    const frame<T>& f;
    using number = T;
    static constexpr auto& node = P.nodes[N];
    static constexpr bool adds = P.places[N].where == store::gradient; ///< the result is added to what stands there

    template <int K>
    static constexpr int argument_node = P.nodes[N].argument[K];
    template <int K>
    static constexpr int kind = P.nodes[argument_node<K>].kind;
    template <int K>
    const T* argument() const {
        return address<P, argument_node<K>>(c, f);
    }
    template <int K>
    const std::int32_t* index() const {
        constexpr int detail = P.nodes[argument_node<K>].detail;
        return c.fields[detail / 4].index[detail % 4];
    }
    template <int K>
    constexpr auto width() const {
        return width_of<P, argument_node<K>>(c);
    }
    template <int K>
    int rows() const {
        return rows_of<P, argument_node<K>>(c);
    }
    T* result() const { return address<P, N>(c, f); }
    /// A further result; null where nothing reads it.
    template <int Which>
    T* output() const {
        constexpr int o = P.output_of(N, Which);
        if constexpr (o < 0) return nullptr;
        else return address<P, o>(c, f);
    }
    int result_rows() const { return rows_of<P, N>(c); }
    constexpr auto result_width() const { return width_of<P, N>(c); }
    /// Where the sequences of a kind of rows begin; null where every row is a sequence of its own.
    template <int Kind>
    const std::int32_t* offsets() const {
        if constexpr (Kind <= 0) return nullptr;
        else return c.fields[Kind - 1].offsets;
    }
    std::uint32_t code() const { return node.layer >= 0 ? f.code * 4096u + static_cast<std::uint32_t>(node.layer) + 1u : f.code; }
    dropout_bits bits(T rate, int site) const {
        return dropout_bits::at(static_cast<double>(rate), c.seed, c.step, static_cast<std::uint32_t>(site), code());
    }
    T* scratch(int thread) const { return c.scratch + thread * c.scratch_stride; }
};

template <const auto& P, class Ops, class T>
struct runner {
    template <int I>
    using op = op_at<Ops, index_of(Ops{}, P.nodes[I].op)>;

    /// One pipeline: packs what its products need, then blocks of rows in every thread, then joins its sums over rows.
    template <int G>
    static void pipeline(context<T>& c, const frame<T>& f) {
        constexpr auto& group = P.groups[G];
        constexpr int region = region_of(group.kind);
        const int rows = group.kind == class_rows ? static_cast<int>(c.classes) : group.kind < 0 ? -group.kind : c.rows[region];
        const int blocks = (rows + block_rows - 1) / block_rows;
        constexpr auto stages = std::make_integer_sequence<int, group.last - group.first>{};
        c.workers->run([&](int thread, int threads) {
            [&]<int... S>(std::integer_sequence<int, S...>) {
                T* packed = c.packed;
                (pack<group.first + S>(c, f, packed, thread, threads), ...);
                if constexpr ((is_product<group.first + S>() || ...)) c.workers->barrier();
                const int from = static_cast<int>(static_cast<long>(blocks) * thread / threads),
                          to = static_cast<int>(static_cast<long>(blocks) * (thread + 1) / threads);
                for (int b = from; b < to; ++b) {
                    const int first = b * block_rows, last = first + block_rows < rows ? first + block_rows : rows;
                    packed = c.packed;
                    (stage<group.first + S>(c, f, packed, first, last, blocks, c.scratch + thread * c.scratch_stride), ...);
                }
            }(stages);
        });
        [&]<int... S>(std::integer_sequence<int, S...>) { (join<group.first + S>(c, f, blocks), ...); }(stages);
    }
    template <int S>
    static constexpr bool is_product() {
        return P.stages[S].node >= 0;
    }
    template <int S>
    static void pack(const context<T>& c, const frame<T>& f, T*& packed, int thread, int threads) {
        if constexpr (is_product<S>()) {
            using K = kernel<op<P.stages[S].node>>;
            const access<P, P.stages[S].node, T> a{c, f};
            K::pack(a, packed, thread, threads);
            packed += K::packed_size(a);
        }
    }
    template <int S>
    static void stage(const context<T>& c, const frame<T>& f, T*& packed, int first, int last, int blocks, T* scratch) {
        if constexpr (is_product<S>()) {
            constexpr int n = P.stages[S].node, x = P.nodes[n].argument[0];
            using K = kernel<op<n>>;
            const access<P, n, T> a{c, f};
            const auto at_rows = [&](auto* base, bool local, int width) { return base + static_cast<long>(local ? 0 : first) * width; };
            constexpr bool x_local = P.places[x].where == store::scratch, y_local = P.places[n].where == store::scratch;
            const T* from = at_rows(address<P, x>(c, f, scratch), x_local, width_of<P, x>(c));
            T* to = at_rows(address<P, n>(c, f, scratch), y_local, width_of<P, n>(c));
            K::multiply(a, from, packed, to, last - first);
            packed += K::packed_size(a);
        } else
            row_stage<P, Ops, T, S>::run(c, f, first, last, blocks, scratch);
    }
    template <int S>
    static void join(const context<T>& c, const frame<T>& f, int blocks) {
        if constexpr (!is_product<S>()) row_stage<P, Ops, T, S>::join(c, f, blocks);
    }

    static constexpr void shift(frame<T>& to, const frame<T>& from, const context<T>& c, const loop_plan& loop, const graph_plan& body, long layer) {
        for (int r = 0; r < most_regions; ++r) {
            to.temporary[r] = from.temporary[r] + loop.temporary[r].at(c.classes) * c.capacity[r];
            T* kept = loop.inner ? from.kept[r] : from.temporary[r];
            if (kept) to.kept[r] = kept + (loop.kept[r].at(c.classes) + layer * body.kept[r].at(c.classes)) * c.capacity[r];
        }
    }
    /// A repeat, forward: layer after layer, each result the next one's input.
    template <int N>
    static void loop(context<T>& c, const frame<T>& f) {
        constexpr auto& n = P.nodes[N];
        constexpr auto& use = P.loops[static_cast<std::size_t>(n.detail)];
        constexpr auto& plan = P.loop_plans[static_cast<std::size_t>(P.loop_plan_of(N))];
        constexpr int region = region_of(n.kind), g = use.body;
        const long size = width_of<P, N>(c) * c.capacity[region];
        T* const carried = (plan.inner ? f.kept[region] : f.temporary[region]) + plan.values.at(c.classes) * c.capacity[region];
        const auto value = [&](int l) { // the result of layer l
            return l == use.count - 1 ? address<P, N>(c, f) : carried + (use.backward ? l : l % 2) * size;
        };
        for (int l = 0; l < use.count; ++l) {
            frame<T> inner = f;
            enter<N>(inner, f, c, plan, l);
            inner.input = l == 0 ? address<P, n.argument[0]>(c, f) : value(l - 1);
            inner.result = value(l);
            graph<g, false>(c, inner);
        }
    }
    template <int N>
    static void loop_back(context<T>& c, const frame<T>& f) {
        constexpr auto& n = P.nodes[N];
        constexpr auto& use = P.loops[static_cast<std::size_t>(n.detail)];
        constexpr auto& plan = P.loop_plans[static_cast<std::size_t>(P.loop_plan_of(N))];
        constexpr int region = region_of(n.kind), g = use.body;
        const long size = width_of<P, N>(c) * c.capacity[region];
        T* const carried = (plan.inner ? f.kept[region] : f.temporary[region]) + plan.values.at(c.classes) * c.capacity[region];
        T* const gradients = f.temporary[region] + plan.gradients.at(c.classes) * c.capacity[region];
        for (int l = use.count - 1; l >= 0; --l) {
            frame<T> inner = f;
            enter<N>(inner, f, c, plan, l);
            inner.input = l == 0 ? address<P, n.argument[0]>(c, f) : carried + (l - 1) * size;
            inner.seed = l == use.count - 1 ? address<P, n.argument[1]>(c, f) : gradients + (l % 2) * size;
            inner.input_gradient = l == 0 ? address<P, N>(c, f) : gradients + ((l - 1) % 2) * size;
            graph<g, true>(c, inner);
        }
    }
    template <int N>
    static void enter(frame<T>& inner, const frame<T>& f, const context<T>& c, const loop_plan& plan, int l) {
        constexpr auto& n = P.nodes[N];
        constexpr auto& use = P.loops[static_cast<std::size_t>(n.detail)];
        shift(inner, f, c, plan, P.graphs[use.body], l);
        std::uint32_t code = f.code;
        if constexpr (n.layer >= 0 && use.depth > 0) {
            inner.layer[use.depth - 1] = n.layer;
            code = code * 4096u + static_cast<std::uint32_t>(n.layer) + 1u;
        }
        inner.layer[use.depth] = use.first + l;
        inner.code = code * 4096u + static_cast<std::uint32_t>(use.first + l) + 1u;
    }

    template <int G>
    static void group(context<T>& c, const frame<T>& f) {
        constexpr int n = P.groups[G].node;
        if constexpr (n < 0) pipeline<G>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<loop_>) loop<n>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<loop_back_>) loop_back<n>(c, f);
        else if constexpr (P.nodes[n].op == &operation_of<accumulate_>) accumulate<n>(c, f);
        else kernel<op<n>>::run(access<P, n, T>{c, f});
    }
    /// Adds a value to a gradient, unless its producer has done so.
    template <int N>
    static void accumulate(context<T>& c, const frame<T>& f) {
        constexpr int a = P.nodes[N].argument[0];
        if constexpr (P.places[a].where != store::gradient) {
            const T* from = address<P, a>(c, f);
            T* to = c.gradients + c.gradient_at[weight_index<P, P.nodes[N].detail>(f)];
            const long size = static_cast<long>(rows_of<P, a>(c)) * width_of<P, a>(c);
            for (long i = 0; i < size; ++i) to[i] += from[i];
        }
    }
    /// The forward or the backward groups of a graph.
    template <int G, bool Backward>
    [[gnu::noinline]] static void graph(context<T>& c, const frame<T>& f) {
        constexpr auto& g = P.graphs[G];
        constexpr int from = Backward ? g.first_group + g.forward_groups : g.first_group;
        constexpr int to = Backward ? g.last_group : g.first_group + g.forward_groups;
        [&]<int... I>(std::integer_sequence<int, I...>) { (group<from + I>(c, f), ...); }(std::make_integer_sequence<int, to - from>{});
    }
};

} // namespace hone::cpu
