// Token ids of many sequences end to end, where each begins, and their types: what the datasets of all tasks begin with.
// Cost: 4 bytes a token (8 with types), 8 bytes a sequence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Token ids of many sequences.
struct token_sequences {
    std::vector<std::int32_t> ids;        ///< (tokens)
    std::vector<std::int64_t> offsets{0}; ///< (sequences + 1)
    std::vector<std::int32_t> types;      ///< (tokens), or empty: all 0

    std::size_t size() const { return offsets.size() - 1; }
    std::int64_t length(std::size_t i) const { return offsets[i + 1] - offsets[i]; }
    /// The ids of sequence i.
    std::span<const std::int32_t> tokens(std::size_t i) const { return {ids.data() + offsets[i], static_cast<std::size_t>(length(i))}; }
    /// The types of sequence i; empty where there are none.
    std::span<const std::int32_t> types_of(std::size_t i) const {
        return types.empty() ? std::span<const std::int32_t>() : std::span(types.data() + offsets[i], static_cast<std::size_t>(length(i)));
    }
    /// The number of tokens of the longest sequence.
    std::int64_t longest() const {
        std::int64_t most = 0;
        for (std::size_t i = 0; i < size(); ++i) most = length(i) > most ? length(i) : most;
        return most;
    }
    /// One more sequence, with types or without, as all others.
    void append(std::span<const std::int32_t> tokens, std::span<const std::int32_t> types_of_them = {}) {
        ids.insert(ids.end(), tokens.begin(), tokens.end());
        types.insert(types.end(), types_of_them.begin(), types_of_them.end());
        offsets.push_back(static_cast<std::int64_t>(ids.size()));
    }
    /// Errors: data.offsets, data.empty, data.empty_text.
    void check() const {
        if (offsets.empty() || offsets.front() != 0 || offsets.back() != static_cast<std::int64_t>(ids.size()))
            throw error("data.offsets", "offsets that do not cover the tokens", {}, {"0 to ", ids.size()},
                        offsets.empty() ? "none" : std::to_string(offsets.front()) + " to " + std::to_string(offsets.back()));
        if (!types.empty() && types.size() != ids.size())
            throw error("data.offsets", "not one type a token", {}, ids.size(), types.size());
        if (size() == 0) throw error("data.empty", "a dataset without texts", {}, "at least one", "none");
        for (std::size_t i = 0; i < size(); ++i)
            if (length(i) < 1)
                throw error("data.empty_text", "a text without a token", {.name = "text " + std::to_string(i)}, "at least one token",
                            length(i));
    }
};

namespace detail {

/// Not one of something for each of something else. Error: data.label_count.
inline void check_count(std::size_t have, std::size_t want, const char* problem) {
    if (have != want) throw error("data.label_count", problem, {}, want, have);
}
/// A label of a dataset. Error: data.label_range.
inline void check_label(std::int64_t label, std::int64_t known, bool ignorable, const char* what, std::size_t which) {
    if ((label >= 0 && label < known) || (ignorable && label == -100)) return;
    throw error("data.label_range", "a label outside the map", {.name = what + std::to_string(which)},
                {"0 to ", known - 1, ignorable ? ", or -100" : ""}, label);
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
