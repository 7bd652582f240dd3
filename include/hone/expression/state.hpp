// What a running step knows: the context of the whole program, the frame of the running block, where each node's value stands, and
// what a kernel is given. Where values stand is a table of numbers that one function turns into addresses, not a function for every
// node: kernels take rows, widths and pointers at run time anyway, so each is compiled once for all the nodes that use it. Addresses are the device's
// own: nothing here reads what stands there.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <type_traits>
#include <utility>

#include "hone/device/device.hpp"
#include "hone/expression/binding.hpp"
#include "hone/expression/plan.hpp"
#include "hone/tensor/random.hpp"

namespace hone {

/// Rows that a program keeps from batch to batch: blocks of (slots, length, width).
template <class T>
struct cached_rows {
    T* at = nullptr;
    long slots = 0, length = 0;
};

/// What a step knows at run time; what the device's kernels ask of the device itself is there by the same name.
template <class T, class Device>
struct context : Device {
    explicit context(Device where) : Device(where) {}

    long classes = 0;
    int rows[most_regions]{};       ///< of the running batch, by region
    long capacity[most_regions]{};  ///< rows reserved
    const std::int32_t* offsets[most_regions]{}; ///< of the sequences among a region's rows; null: every row is a sequence of its own
    const column_view<T>* columns = nullptr;     ///< by number of the input
    T* gradients = nullptr;
    unsigned char* touched = nullptr;  ///< by page of the gradients
    unsigned char* begun = nullptr;    ///< by number of the copy: 0 until a product writes its gradient, which was not cleared
    T* const* weight_at = nullptr;      ///< by number of the copy
    const T* const* panels = nullptr;   ///< the same packed once and for all, for y = x w^T; null: it may change
    const long* gradient_at = nullptr;  ///< -1: frozen
    const T* values = nullptr;         ///< run-time numbers
    T* partial[most_regions]{}; ///< by region
    T *packed = nullptr, *zeros = nullptr;
    T* scratch = nullptr;
    long scratch_stride = 0;
    std::uint64_t seed = 0, step = 0;
    cached_rows<T> cache{};
    const long* cache_first = nullptr; ///< by site: columns before it, a slot and token
    int inner_layers = 1;
    std::uint32_t part = 0; ///< which of the batches that make one step together
};

template <class T>
struct frame {
    T *temporary[most_regions]{}, *kept[most_regions]{};
    T *wide_temporary[most_regions]{}, *wide_kept[most_regions]{}; ///< of values as wide as the classes
    T *input[most_carried]{}, *result[most_carried]{}, *seed[most_carried]{}, *input_gradient[most_carried]{};
    int layer[2]{};
    std::uint32_t code = 0; ///< tells layers apart in random numbers
};

/// Where a value stands and of what shape it is: what its address is made of, as numbers in a table.
struct spot {
    store where = store::nowhere;
    bool wide = false; ///< its size is counted in classes
    bool half = false; ///< kept as bf16, two numbers in a word
    int kind = 0, width = 0, detail = 0, layer = -1;
    amount offset{};
    int first = 0, depth = 0, inner = 1, layers[2]{-1, -1}; ///< of a weight and of a gradient: the copy of layer 0, and which one is read
    constexpr int columns(long classes) const { return width == run_time ? static_cast<int>(classes) : width; }
    constexpr int stride(long classes) const { return half ? width / 2 : columns(classes); } ///< from a row to the next
};
template <const auto& P>
constexpr spot weight_spot(int number, store where) {
    const auto& use = P.uses[static_cast<std::size_t>(number)];
    const auto& w = P.entries[static_cast<std::size_t>(use.entry)];
    spot s;
    s.where = where;
    s.first = w.origin();
    s.depth = w.depth;
    s.inner = w.layers[1];
    s.layers[0] = use.layer[0];
    s.layers[1] = use.layer[1];
    return s;
}
/// The spots of all nodes. This table is all that a program keeps of its plan.
template <const auto& P>
inline constexpr auto spots = [] {
    std::array<spot, std::remove_cvref_t<decltype(P.nodes)>().size()> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const node& n = P.nodes[i];
        const location& at = P.places[i];
        spot s;
        if (at.where == store::weight) s = weight_spot<P>(n.detail, at.where);
        else if (at.where == store::gradient) s = weight_spot<P>(static_cast<int>(at.offset.fixed), at.where);
        else s.offset = at.offset;
        s.where = at.where;
        s.half = at.half;
        s.wide = is_wide(n.kind, n.width);
        s.kind = n.kind;
        s.width = n.width;
        s.detail = n.detail;
        s.layer = n.layer;
        table[i] = s;
    }
    return table;
}();

/// The number of a weight's copy for the running layers.
template <class T>
long weight_copy(const spot& s, const frame<T>& f) {
    const int outer = s.layers[0] >= 0 ? s.layers[0] : f.layer[0], inner = s.layers[1] >= 0 ? s.layers[1] : f.layer[1];
    return s.first + (s.depth == 0 ? 0 : s.depth == 1 ? outer : outer * s.inner + inner);
}
/// Rows in this batch.
template <class T, class Device>
int rows_of(const spot& s, const context<T, Device>& c) {
    return s.kind == class_rows ? static_cast<int>(c.classes) : s.kind < 0 ? -s.kind : c.rows[region_of(s.kind)];
}
/// Where a value starts; scratch is the running thread's, its rows counted from the block's first.
template <class T, class Device>
[[gnu::noinline]] T* locate(const spot& s, const context<T, Device>& c, const frame<T>& f, T* scratch = nullptr) {
    const int region = region_of(s.kind);
    const long column = c.capacity[region];
    switch (s.where) {
    case store::temporary: return (s.wide ? f.wide_temporary : f.temporary)[region] + s.offset.of(s.wide, c.classes) * column;
    case store::kept: return (s.wide ? f.wide_kept : f.kept)[region] + s.offset.of(s.wide, c.classes) * column;
    case store::input: return f.input[s.offset.fixed];
    case store::result: return f.result[s.offset.fixed];
    case store::seed: return f.seed[s.offset.fixed];
    case store::input_gradient: return f.input_gradient[s.offset.fixed];
    case store::scratch: return scratch + s.offset.at(c.classes) * block_rows;
    case store::weight: return c.weight_at[weight_copy(s, f)];
    case store::gradient: return c.gradients + c.gradient_at[weight_copy(s, f)];
    case store::symbol: return const_cast<T*>(c.values) + s.offset.at(c.classes);
    case store::field: return const_cast<T*>(c.columns[s.detail].real);
    default: return nullptr;
    }
}

/// Where a thread's part of n begins.
constexpr int share(int n, int thread, int threads) { return static_cast<int>(static_cast<long>(n) * thread / threads); }
/// What the products of a plan multiply, where everything else is T.
template <const auto& P, class T>
struct input_of {
    using type = typename std::remove_cvref_t<decltype(P)>::input;
};
template <const auto& P, class T>
    requires std::is_void_v<typename std::remove_cvref_t<decltype(P)>::input>
struct input_of<P, T> {
    using type = T;
};

/// The op type of node N, found once a node.
template <const auto& P, int N>
struct op_of_node {
    using ops = typename std::remove_cvref_t<decltype(P)>::ops;
    using type = op_at<ops, index_of(ops{}, P.nodes[N].op)>;
};
template <const auto& P, int N>
using op_of = typename op_of_node<P, N>::type;

/// Which nodes a kernel is called on.
struct call_plan {
    int self = -1, count = 0, argument[8]{}, output[most_carried]{-1, -1, -1, -1}; ///< output: further results, -1 where nothing reads them
};
/// The nodes of each node's further results, found in one walk.
template <const auto& P>
inline constexpr auto outputs = [] {
    std::array<std::array<int, most_carried>, std::remove_cvref_t<decltype(P.nodes)>().size()> table{};
    for (auto& t : table) t = {-1, -1, -1, -1};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const node& n = P.nodes[i];
        if (n.op->how == structure::output && P.places[i].where != store::nowhere)
            table[static_cast<std::size_t>(n.argument[0])][static_cast<std::size_t>(n.detail)] = static_cast<int>(i);
    }
    return table;
}();
template <const auto& P, int N>
inline constexpr call_plan call_of = [] {
    call_plan c;
    const node& n = P.nodes[N];
    c.self = N;
    c.count = n.count;
    for (int k = 0; k < n.count; ++k) c.argument[k] = n.argument[k];
    for (std::size_t which = 1; which < most_carried; ++which) c.output[which] = outputs<P>[static_cast<std::size_t>(N)][which];
    return c;
}();

/// The shapes of a call: what its storage is counted from.
template <class T>
struct call_shape {
    const spot* all = nullptr;
    const call_plan* plan = nullptr;
    long classes = 0;
    constexpr const spot& of(int k) const { return all[plan->argument[k]]; }
    constexpr const spot& self() const { return all[plan->self]; }
    constexpr int kind(int k) const { return of(k).kind; }
    constexpr int width(int k) const { return of(k).columns(classes); }
    constexpr int result_width() const { return self().columns(classes); }
};
/// What a kernel is given: its arguments and results in the running frame.
template <class T, class Device>
struct access : call_shape<T> {
    const context<T, Device>* c = nullptr;
    const frame<T>* f = nullptr;
    T *at[8]{}, *result = nullptr, *output[most_carried]{};

    access() = default;
    [[gnu::noinline]] access(const spot* table, const call_plan& nodes, const context<T, Device>& c_now, const frame<T>& f_now, T* scratch = nullptr)
        : call_shape<T>{table, &nodes, c_now.classes}, c(&c_now), f(&f_now) {
        for (int k = 0; k < nodes.count; ++k) at[k] = locate(this->of(k), c_now, f_now, scratch);
        for (int k = 0; k < most_carried; ++k)
            if (nodes.output[k] >= 0) output[k] = locate(table[nodes.output[k]], c_now, f_now, scratch);
        result = locate(this->self(), c_now, f_now, scratch);
    }
    const T* argument(int k) const { return at[k]; }
    int rows(int k) const { return rows_of(this->of(k), *c); }
    int result_rows() const { return rows_of(this->self(), *c); }
    /// The panels of a weight that does not change; null where it may, or is no weight.
    const T* panels(int k) const { return this->of(k).where == store::weight ? c->panels[weight_copy(this->of(k), *f)] : nullptr; }
    bool adds() const { return this->self().where == store::gradient; } ///< the result is added to what stands there
    /// The same of a product: the first of a step may write. To be asked once a call, by one thread.
    bool goes_on() const { return adds() && std::exchange(c->begun[weight_copy(this->self(), *f)], static_cast<unsigned char>(1)); }
    /// The integers of an argument that is a field of the batch.
    const std::int32_t* index(int k) const { return c->columns[this->of(k).detail].index; }
    /// Where the sequences of a kind of rows begin; null where every row is a sequence of its own.
    const std::int32_t* offsets(int kind) const { return kind <= 0 ? nullptr : c->offsets[region_of(kind)]; }
    std::uint32_t code() const { return this->self().layer >= 0 ? f->code * most_layers + static_cast<std::uint32_t>(this->self().layer) + 1u : f->code; }
    dropout_bits bits(T rate, int site) const {
        return dropout_bits::at(static_cast<double>(rate), c->seed, c->step, static_cast<std::uint32_t>(site), code(), c->part);
    }
    /// The first of the blocks that this op has in the running layer.
    cached_rows<T> cached() const {
        const auto& s = this->self();
        const int layer = (s.layer >= 0 ? s.layer : f->layer[0]) * c->inner_layers + f->layer[1];
        const long columns = this->width(1) + this->width(2), first = c->cache_first[s.detail] + layer * columns;
        return {c->cache.at + first * c->cache.slots * c->cache.length, c->cache.slots, c->cache.length};
    }
    T* scratch(int thread) const { return c->scratch + thread * c->scratch_stride; }
};

/// What a running loop reads of the plan: copies, so that the plan itself is not in the program.
template <const auto& P, int N>
inline constexpr loop_plan loop_plan_at = P.loop_plans[static_cast<std::size_t>(P.loop_plan_of(N))];
template <const auto& P, int G>
inline constexpr graph_plan graph_at = P.graphs[G];

} // namespace hone
