// What a running step knows: the context of the whole program, the frame of the running block, where each node's value stands, and
// how a kernel that runs alone gets at its arguments.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/team.hpp"
#include "hone/expression/plan.hpp"
#include "hone/tensor/random.hpp"

namespace hone::cpu {

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
    const long* weight_at = nullptr;   ///< by number of the copy
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
    T *wide_temporary[most_regions]{}, *wide_kept[most_regions]{}; ///< of values as wide as the classes
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

/// What a running loop reads of the plan: copies, so that the plan itself is not in the program.
template <const auto& P, int N>
inline constexpr loop_plan loop_plan_at = P.loop_plans[static_cast<std::size_t>(P.loop_plan_of(N))];
template <const auto& P, int G>
inline constexpr graph_plan graph_at = P.graphs[G];

template <const auto& P, int N>
inline constexpr int entry_of = P.uses[static_cast<std::size_t>(P.nodes[N].detail)].entry;

/// The position of a weight's copy for the running layers.
template <const auto& P, int Use, class T>
long weight_index(const frame<T>& f) {
    constexpr auto use = P.uses[Use];
    constexpr auto& entry = P.entries[use.entry];
    const int first = use.layer[0] >= 0 ? use.layer[0] : f.layer[0], second = use.layer[1] >= 0 ? use.layer[1] : f.layer[1];
    return copy_of(entry, first, second);
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
    constexpr auto where = P.places[N].where;
    constexpr amount at = P.places[N].offset; // a copy, as above
    constexpr int region = region_of(n.kind);
    constexpr bool wide = is_wide(n.kind, n.width);
    const long offset = where == store::scratch ? at.at(c.classes) : at.of(wide, c.classes);
    if constexpr (where == store::temporary) return (wide ? f.wide_temporary : f.temporary)[region] + offset * c.capacity[region];
    else if constexpr (where == store::kept) return (wide ? f.wide_kept : f.kept)[region] + offset * c.capacity[region];
    else if constexpr (where == store::input) return f.input;
    else if constexpr (where == store::result) return f.result;
    else if constexpr (where == store::seed) return f.seed;
    else if constexpr (where == store::input_gradient) return f.input_gradient;
    else if constexpr (where == store::scratch) return scratch + offset * block_rows;
    else if constexpr (where == store::weight) return const_cast<T*>(c.weights) + c.weight_at[weight_index<P, n.detail>(f)];
    else if constexpr (where == store::gradient) return c.gradients + c.gradient_at[weight_index<P, static_cast<int>(at.fixed)>(f)];
    else if constexpr (where == store::symbol) return const_cast<T*>(c.values) + n.detail;
    else if constexpr (where == store::field) return const_cast<T*>(c.fields[n.detail / 4].real);
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

} // namespace hone::cpu
