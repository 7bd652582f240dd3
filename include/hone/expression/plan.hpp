// Where every value stands. Values that another group reads get columns of the arena: one region per row kind (a value of width
// w takes w columns of its region, a column being as long as the kind has rows), placed by lifetime, first fit. Blocks under
// repeat have a frame for the running layer and one per layer for what the backward pass reads. Widths known at run time (the
// classes) are counted apart, in units of classes. The numbers are constants; only row counts are put in when storage is reserved.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/fusion.hpp"

namespace hone {

/// a + b * classes, in elements or columns.
struct amount {
    long fixed = 0, classes = 0;
    constexpr long at(long c) const { return fixed + classes * c; }
    constexpr long of(bool wide, long c) const { return wide ? classes * c : fixed; } ///< one of the two
    constexpr amount operator+(amount o) const { return {fixed + o.fixed, classes + o.classes}; }
    constexpr amount operator*(long n) const { return {fixed * n, classes * n}; }
    constexpr bool operator==(const amount&) const = default;
};
constexpr amount larger(amount a, amount b) { return {a.fixed > b.fixed ? a.fixed : b.fixed, a.classes > b.classes ? a.classes : b.classes}; }

/// Rows that a thread takes at a time in a pipeline at most, and the largest chunk of every sum over rows.
inline constexpr int block_rows = 96;
/// How a pipeline cuts its rows into blocks: by their number alone, for it is part of the result's bits. An even number of blocks (a multiple
/// of four where there are many), equal to within 8 rows, so that threads that share them out have the same to do.
struct row_blocks {
    static constexpr int tile = 8, spare = 3; ///< more blocks at most than full ones would be
    int rows, tiles, count;
    constexpr explicit row_blocks(int r) : rows(r), tiles((r + tile - 1) / tile) {
        const int full = (r + block_rows - 1) / block_rows, multiple = full < 16 ? 2 : spare + 1, even = (full + multiple - 1) / multiple * multiple;
        count = even < tiles ? even : tiles;
    }
    constexpr int first(int block) const {
        const int row = static_cast<int>(static_cast<long>(tiles) * block / count) * tile;
        return row < rows ? row : rows;
    }
};

enum class store : unsigned char { nowhere, scratch, temporary, kept, input, result, seed, input_gradient, weight, gradient, field, symbol, parent };

/// Where a node's value is: `offset` counts columns (elements in region 0; of what a block is given and gives: which of them), `row` and `scalar` are places in the row stage's own buffers.
struct location {
    store where = store::nowhere;
    amount offset{};
    bool half = false;                     ///< kept as bf16, two numbers in a column
    long row_fixed = -1, row_classes = -1; ///< a buffer of one row, by offset; -1: none
    int scalar = -1;
    int partial = -1;                      ///< a sink's column in the partial sums of its group (units of its own width kind)
};

struct loop_plan {
    int node = -1;
    bool inner = false; ///< kept and values stand in the enclosing block's own kept frame
    amount temporary[most_regions]{}, kept[most_regions]{}, values[most_carried]{}, gradients[most_carried]{}; ///< offsets in the enclosing frame
};

struct graph_plan {
    int first_node = 0, last_node = 0, first_group = 0, forward_groups = 0, last_group = 0;
    int seed[most_carried]{-1, -1, -1, -1}, input_gradient[most_carried]{-1, -1, -1, -1};
    amount temporary[most_regions]{}, kept[most_regions]{}; ///< columns of the frames
};

/// Sizes that are the same for every device.
struct memory_plan_data {
    amount columns[most_regions]{};  ///< of the arena
    amount partial[most_regions]{};  ///< columns of partial sums, one row per block of rows
    amount scratch{}, rows{};        ///< a thread's block scratch (columns) and row buffers (elements)
    int scalars = 0;
    amount gradients{};              ///< elements
};

struct planned {
    growing<node> nodes;
    growing<location> places;
    growing<group_plan> groups;
    growing<stage_plan> stages;
    growing<pass_plan> passes;
    growing<int> members;
    growing<graph_plan> graphs;
    growing<loop_plan> loop_plans;
    memory_plan_data memory{};
    bool rounded = false; ///< products multiply bf16
};

/// Is the value's size counted in classes? Such values stand apart from the others: one offset each, no mixture of the two units.
constexpr bool is_wide(int kind, int width) { return width == run_time || kind == class_rows; }
/// Numbers that a run-time number takes among the others.
constexpr amount symbol_size(int width) { return width == run_time ? amount{0, 1} : amount{width, 0}; }
/// Columns that a value takes in its region (elements, for fixed rows).
constexpr amount columns_of(int kind, int width) {
    const auto padded = [](long n) { return (n + 15) / 16 * 16; }; // region 0 keeps values on cache lines
    if (kind >= 0) return width == run_time ? amount{0, 1} : amount{width, 0};
    if (kind == class_rows) return {0, width};
    return width == run_time ? amount{0, -static_cast<long>(kind)} : amount{padded(-static_cast<long>(kind) * width), 0};
}

} // namespace hone
