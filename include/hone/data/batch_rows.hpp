// What a batch points at: the rows of some examples, copied end to end. One kind of storage serves every task; a task fills what it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How many rows of each kind an example or a batch has.
struct batch_size {
    std::int64_t tokens = 0, sequences = 0, picked = 0, groups = 0, reals = 0;

    batch_size& operator+=(const batch_size& other) {
        tokens += other.tokens;
        sequences += other.sequences;
        picked += other.picked;
        groups += other.groups;
        reals += other.reals;
        return *this;
    }
    /// The larger of each number: they need not come from the same batch.
    void grow(const batch_size& other) {
        tokens = std::max(tokens, other.tokens);
        sequences = std::max(sequences, other.sequences);
        picked = std::max(picked, other.picked);
        groups = std::max(groups, other.groups);
        reals = std::max(reals, other.reals);
    }
    std::int64_t most() const { return std::max({tokens, sequences, picked, groups, reals}); }
};

/// The vectors behind the fields of a batch.
struct batch_rows {
    std::vector<std::int32_t> ids, types, offsets{0}; ///< (tokens), (tokens) or empty, (sequences + 1)
    std::vector<std::int32_t> label, start, end;      ///< (sequences) or empty
    std::vector<std::int32_t> token_label;            ///< (tokens) or empty
    std::vector<std::int32_t> picked, picked_label;   ///< (picked)
    std::vector<std::int32_t> groups{0}, group_label; ///< (groups + 1), (groups)
    std::vector<float> reals;                         ///< (sequences, width)

    /// Room for the largest batch, so that none is taken later.
    void reserve(const batch_size& largest) {
        const auto room = [](std::int64_t n) { return static_cast<std::size_t>(n); };
        for (auto* of_tokens : {&ids, &types, &token_label}) of_tokens->reserve(room(largest.tokens));
        for (auto* of_sequences : {&label, &start, &end}) of_sequences->reserve(room(largest.sequences));
        for (auto* of_picked : {&picked, &picked_label}) of_picked->reserve(room(largest.picked));
        offsets.reserve(room(largest.sequences) + 1);
        groups.reserve(room(largest.groups) + 1);
        group_label.reserve(room(largest.groups));
        reals.reserve(room(largest.reals));
    }
    void clear() {
        for (auto* all : {&ids, &types, &token_label, &label, &start, &end, &picked, &picked_label, &group_label}) all->clear();
        offsets.assign(1, 0);
        groups.assign(1, 0);
        reals.clear();
    }
    /// One more sequence; types are left out where all are 0.
    void add(std::span<const std::int32_t> tokens, std::span<const std::int32_t> types_of_them) {
        ids.insert(ids.end(), tokens.begin(), tokens.end());
        types.insert(types.end(), types_of_them.begin(), types_of_them.end());
        offsets.push_back(static_cast<std::int32_t>(ids.size()));
    }
    token_rows tokens() const { return {.ids = ids, .offsets = offsets, .types = types}; }
};

} // namespace hone
HONE_COMPACT_END
