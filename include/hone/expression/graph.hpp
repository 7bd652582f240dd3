// A graph as a value: an array of nodes made by ordinary constexpr code. Types describe what a user composes, one body at a
// time; everything that looks at a whole program (merging, the reverse, fusion, memory) is a loop over these arrays.
// Equal nodes merge when inserted, so a shared input, a tied weight or a repeated call is one value. A node's operation is a
// pointer to the record of its op type; kernels find the type again by position in a list of types.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <string_view>
#include "hone/meta/growing.hpp"

#include "hone/meta/name.hpp"
#include "hone/tensor/extent.hpp"

namespace hone {

/// One mark per node. Not vector<bool>: clang 16 cannot run libstdc++ 12's at compile time.
using flags = growing<char>;

/// How the planner may treat an operation. `element`, `reduce` and `source` run inside a row, `block` on a block of rows
/// (a product), `sink` sums rows away, `whole` alone over everything, `loop` is a repeat.
enum class structure : unsigned char { leaf, element, reduce, source, generate, sink, block, whole, output, loop, effect };

/// Row kinds as numbers: 0 the sequences of the batch, 1 + s the row space s of the program, -n a fixed number n of rows.
inline constexpr int per_sequence_code = 0;
inline constexpr int class_rows = -1'000'000'000; ///< as many rows as there are classes

inline constexpr int most_regions = 10; ///< region 0: fixed rows; 1: sequences; 2 + s: row space s
constexpr int region_of(int kind) { return kind < 0 ? 0 : kind + 1; }

struct graph_builder;

/// Some arguments of an op, by number.
struct argument_set {
    unsigned bits = 0;
    constexpr argument_set() = default;
    template <std::same_as<int>... I>
    constexpr argument_set(I... i) : bits((0u | ... | (1u << i))) {}
    constexpr bool has(int i) const { return (bits >> i & 1u) != 0; }
};
inline constexpr argument_set all_arguments{0, 1, 2, 3, 4, 5, 6, 7};

/// Which two widths an op multiplies for each row of its argument 0: that argument's and the result's, or those of arguments 0 and 1.
enum class product_widths : unsigned char { none, with_result, with_argument };
/// How an op whose result is the gradient of a weight fills it: by adding, as any; only in the rows that an index names; or by writing over what
/// stands there if it is the first of a step.
enum class gradient_filling : unsigned char { adds, rows, writes };

/// What an op says of itself, `static constexpr op_traits traits{.how = ..., .keep = true}`; what it leaves out is as below. Arguments are given by number.
struct op_traits {
    structure how = structure::element;
    bool row_by_row = true;         ///< row r of the result needs row r of the arguments only (a selection may pass through)
    bool selects = false;           ///< takes some rows of its argument 0: computed only for those rows all the way up
    bool keep = false;              ///< its result (and those of its outputs) is kept for the backward pass, not computed again
    bool linear = false;            ///< elementwise of one argument, and its derivative reads no forward value
    bool constant = false;          ///< no gradient goes through it
    bool takes_index = false;       ///< elementwise: may be given whole numbers of a batch
    bool uses_column = false;       ///< elementwise: `value` takes the column's number before its arguments
    argument_set read_elsewhere{};  ///< read at other rows or as a whole, so they must stand in memory
    argument_set factors{};         ///< factors of products, rounded where those are of bf16
    int factor_parts = 1;           ///< ... in so many parts of a row, each of a multiple of 32 numbers
    product_widths multiplies = product_widths::none;
    int packs_once = -1;            ///< a matrix that products read as panels: packed once and for all where it is a constant weight
    int table = -1, row_index = -1; ///< nothing is read of `table` but the rows that `row_index` names, each below the table's rows
    int counted_by = -1;            ///< an argument whose rows `row_index` counts, and which is read as a whole
    argument_set cached{};          ///< their rows stand in the program's cache, from batch to batch; `detail` is a site
    int column_index = -1;          ///< names a column of the result, each below its width
    gradient_filling fills = gradient_filling::adds;
};
/// What an op of only other ops says: what it writes is known of those.
struct composed {
    static constexpr op_traits traits{};
};

/// What the library knows of an op: made from the op's type by `operation_of<Op>`.
struct operation : op_traits {
    void (*reverse)(graph_builder&, int node) = nullptr; ///< inserts the derivative's nodes; null: there is none
};

struct node {
    const operation* op = nullptr;
    int argument[8]{-1, -1, -1, -1, -1, -1, -1, -1};
    int count = 0;       ///< arguments
    int width = 0;       ///< columns; run_time: the number of classes
    int kind = 0;        ///< row kind
    int detail = 0;      ///< what the op makes of it: a weight use, an input, a symbol, a site, a loop, an output
    int layer = -1;      ///< a layer of a repeat that was taken out of its loop, else -1
    bool needs = false;  ///< a trainable weight is above it
    bool integer = false;

    constexpr bool same(const node& o) const {
        if (op != o.op || count != o.count || width != o.width || kind != o.kind || detail != o.detail || layer != o.layer) return false;
        for (int i = 0; i < count; ++i)
            if (argument[i] != o.argument[i]) return false;
        return op->how != structure::effect;
    }
};

/// A weight of the model: one entry for all layers of a repeat, the layers' copies one after the other.
struct weight_entry {
    path_text path;              ///< with a star for each layer number
    int rows = 1, columns = 1;   ///< columns or rows may be run_time (the classes)
    bool vector = false;         ///< rank 1: a bias, a gain
    int layers[2] = {1, 1};      ///< extents of the stars, outermost first
    int from[2] = {0, 0};        ///< the first layer of each that this entry is of
    int repeated = 0;            ///< layers of the outermost repeat, over all entries
    int depth = 0;               ///< number of stars
    int first = 0;               ///< number of its first copy among the copies of all weights
    int initial = 0;             ///< index of its initialiser, see layer/weights.hpp
    double deviation = 0;
    bool adapter = false;        ///< added by an adapter
    bool frozen = false;         ///< ... but not to be trained with the others
    bool allocated = false;      ///< kept or dropped by an allocation

    /// Is this the entry of the layers `outer` and `inner`?
    constexpr bool holds(int outer, int inner) const {
        return (depth < 1 || (from[0] <= outer && outer < from[0] + layers[0])) && (depth < 2 || (from[1] <= inner && inner < from[1] + layers[1]));
    }
    /// The number that the copy of layers 0 and 0 would have.
    constexpr int origin() const { return first - (depth == 0 ? 0 : depth == 1 ? from[0] : from[0] * layers[1] + from[1]); }
};

/// The number of a weight's copy for layers `outer` and `inner`.
constexpr int copy_of(const weight_entry& w, int outer, int inner) {
    return w.origin() + (w.depth == 0 ? 0 : w.depth == 1 ? outer : outer * w.layers[1] + inner);
}

/// One place where a graph reads a weight: which entry, and which layers (-1: the running layer of loop d).
struct weight_use {
    int entry = 0;
    int layer[2] = {-1, -1};
    bool trained = false;
    constexpr bool operator==(const weight_use&) const = default;
};

/// Layers of a repeat, less one, as far as random numbers tell them apart.
inline constexpr unsigned most_layers = 4096;
/// Repeats stand in each other at most so deep.
inline constexpr int most_nested = 2;
/// Values that a repeat takes at most.
inline constexpr int most_carried = 4;

struct loop_use {
    int body = 0;            ///< graph number
    int carried = 1;         ///< arguments that a layer hands to the next; every layer reads the others
    int first = 0, count = 0;
    int depth = 0;           ///< nesting depth of this loop: 0 is outermost
    bool backward = false;   ///< has a backward pass
    constexpr bool operator==(const loop_use&) const = default;
};

struct graph {
    growing<node> nodes;
    int forward = 0;          ///< nodes below this belong to the forward pass
    int inputs = 0, carried = 0; ///< of a block under repeat: the first of its inputs are handed on, the others every layer reads
    int input[most_carried]{-1, -1, -1, -1}, result[most_carried]{-1, -1, -1, -1}, seed[most_carried]{-1, -1, -1, -1}, input_gradient[most_carried]{-1, -1, -1, -1};
    bool reversed = false;       ///< its backward pass is written
    bool open = false;           ///< a value of it is given out or added to: its layers stand outside of loops
    int enclosing[2] = {-1, -1}; ///< representative layers of the loops around it
    int depth = 0;

    constexpr bool is_result(int node) const { return place_of(node, result) >= 0; }
    constexpr bool is_input_gradient(int node) const { return place_of(node, input_gradient) >= 0; }
    /// Which of several nodes it is, -1: none.
    static constexpr int place_of(int node, const int (&list)[most_carried]) {
        for (int k = 0; k < most_carried; ++k)
            if (list[k] == node) return k;
        return -1;
    }
};

/// A random part, or a repeat, that was called on these values of a graph.
struct drawn {
    int graph;
    path_text path;
    int arguments[3];
};

/// A field of tokens as an adapter makes it: `rows` virtual tokens before each sequence, positions from `start`.
struct longer_field {
    int field = 0, rows = 0, start = 0;
    constexpr bool operator==(const longer_field&) const = default;
};

/// A run-time number, or a row of them, by name.
struct number_symbol {
    path_text name{};
    int width = 1;       ///< run_time: the number of classes
    bool stated = false; ///< its type says what it is until it is set
    double start = 0;
    constexpr bool operator==(const number_symbol&) const = default;
};

/// Rows that a step may be given to add to a value, by name: the leaf in which they stand.
struct added_rows {
    path_text name{};
    int width = 1, kind = 0;
    int leaf = -1; ///< its node in the plan
};

/// A value inside a layer that is given out beside the layer's own, while it is written: its node, and that of the call which it is of.
struct given_value {
    path_text name{};
    int graph = 0, node = -1, call = -1;
};

/// By which of a batch's counts room for rows is reserved.
enum class counted : unsigned char { sequences, tokens, longer, picked };

/// Rows whose number a batch says: those of one of its fields, or of one that adapters make (numbered behind the fields).
struct row_space {
    int field = 0;
    counted by = counted::tokens;
    constexpr bool operator==(const row_space&) const = default;
};

/// A column that a batch gives or that is made when it is bound. `first` and `last` are rows of each segment, `source` the rows that a field picks; the
/// column behind each of these three is its inverse: for each row that may be picked the number of the one that is, or -1; then come the places of the picked rows.
/// `place`: the row's number in its sequence; of picked rows, that of the row they are picked from.
enum class batch_column : unsigned char {
    values, types, positions, virtual_rows, segment, place, first, first_inverse, first_place, last, last_inverse, last_place, source, source_inverse, source_place,
    slot, before
};
constexpr bool picks(batch_column c) { return c == batch_column::first || c == batch_column::last || c == batch_column::source; }
constexpr batch_column inverse(batch_column c) { return static_cast<batch_column>(static_cast<int>(c) + (picks(c) ? 1 : -1)); }
constexpr batch_column place_of(batch_column c) { return static_cast<batch_column>(static_cast<int>(c) + 2); }

/// A batch_column of a field that the program reads.
struct input_column {
    int field = 0;
    batch_column what = batch_column::values;
    int kind = 0; ///< of its rows
    constexpr bool operator==(const input_column&) const = default;
};

/// Everything that was written down for one lambda: graph 0 is the lambda, the others are blocks under repeat.
struct program {
    growing<graph> graphs;
    growing<weight_use> uses;
    growing<loop_use> loops;
    growing<number_symbol> symbols; ///< run-time numbers
    growing<path_text> sites;   ///< random parts by path, and which value they were called on
    growing<drawn> draws;
    growing<longer_field> longer; ///< numbered behind the fields of the batch
    growing<row_space> spaces;
    growing<input_column> inputs;
    growing<int> roots;         ///< nodes of graph 0 that the caller reads
    growing<added_rows> additions;
    growing<given_value> given;
    path_text missing{};        ///< a field that a layer reads and the batch does not have
    path_text torn{};           ///< a number that is stated in two ways
    path_text unlike{};         ///< additions of two shapes under one name
};

/// The position of `x` in `list`, appended when it is new.
template <class List, class Value>
constexpr int position(List& list, const Value& x) {
    for (std::size_t i = 0; i < list.size(); ++i)
        if (list[i] == x) return static_cast<int>(i);
    list.push_back(x);
    return static_cast<int>(list.size()) - 1;
}

/// The number of a run-time number: one a name. Whoever states what it is until it is set speaks for all.
constexpr int symbol_of(program& p, const number_symbol& wanted) {
    for (std::size_t i = 0; i < p.symbols.size(); ++i) {
        auto& known = p.symbols[i];
        if (!(known.name == wanted.name)) continue;
        if (known.width != wanted.width || (known.stated && wanted.stated && known.start != wanted.start)) p.torn = wanted.name;
        if (wanted.stated) known = wanted;
        return static_cast<int>(i);
    }
    p.symbols.push_back(wanted);
    return static_cast<int>(p.symbols.size()) - 1;
}

} // namespace hone
