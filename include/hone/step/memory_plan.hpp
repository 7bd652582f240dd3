// The memory of a step as a value: a constant of the type but for the row counts, so that it can be printed and stand in a static_assert.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/plan.hpp"

namespace hone {

/// The largest batch that storage is reserved for. `picked`: rows that fields of `picked_rows` name.
struct batch_extent {
    long tokens = 0, sequences = 0, picked = 0;
    long cached = 0; ///< tokens of a cache: its slots times their length
};

/// Bytes of the arena: blocks of rows of tokens, of sequences, of picked tokens, and of tokens with `virtual_tokens` more before each sequence (96 rows
/// a block, rounded up), a constant, and a part a thread.
struct memory_plan {
    long per_block_of_tokens = 0, per_block_of_sequences = 0, constant = 0, per_thread = 0, per_block_of_longer = 0, per_block_of_picked = 0, per_cached_token = 0;
    int virtual_tokens = 0;
    static constexpr int block = block_rows;
    static constexpr long blocks(long rows) { return (rows + block - 1) / block; }
    constexpr long longer(batch_extent e) const { return e.tokens + virtual_tokens * e.sequences; }
    constexpr long bytes(batch_extent e, int threads) const {
        return per_block_of_tokens * blocks(e.tokens) + per_block_of_sequences * blocks(e.sequences) + per_block_of_longer * blocks(longer(e)) +
               per_block_of_picked * blocks(e.picked) + per_cached_token * e.cached + constant + per_thread * threads;
    }
    /// Blocks of the rows that are counted so.
    constexpr long blocks_of(counted by, batch_extent e) const {
        return blocks(by == counted::sequences ? e.sequences : by == counted::tokens ? e.tokens : by == counted::picked ? e.picked : longer(e));
    }
    constexpr long& per_block(counted by) {
        return by == counted::sequences ? per_block_of_sequences : by == counted::tokens ? per_block_of_tokens : by == counted::picked ? per_block_of_picked : per_block_of_longer;
    }
};

} // namespace hone
