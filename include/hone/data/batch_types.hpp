// The batches of each task: what a model and a loss read, as fields by name. A batch that `epochs` gives owns what it points at, so it may be
// kept; one that a program fills itself points at the program's own memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "hone/meta/fields.hpp"
#include "hone/tensor/batch.hpp"
#include "hone/tensor/extent.hpp"

namespace hone {

/// Texts with real targets: one number a text, or one for each of `Width` labels, 1 where the text has it (`run_time`: as many as there are).
template <int Width>
struct real_batch {
    token_rows tokens;
    real_rows<Width> target; ///< (sequences, Width)
    batch_owner owner{};

    HONE_FIELDS(tokens, target)
};

/// Sentences with a label a token.
struct tagged_batch {
    token_rows tokens;
    token_labels<> label; ///< (tokens)
    batch_owner owner{};

    HONE_FIELDS(tokens, label)
};

/// Questions with windows of a context, and the rows within each window where the answer begins and ends; 0 and 0 where it is not there.
struct answer_batch {
    token_rows tokens;
    token_position<> start, end; ///< (sequences)
    batch_owner owner{};

    HONE_FIELDS(tokens, start, end)
};

/// Texts in which some tokens are hidden, and what they were.
struct masked_batch {
    token_rows tokens;
    picked_rows<> masked;  ///< (picked)
    picked_labels<> label; ///< (picked)
    batch_owner owner{};

    HONE_FIELDS(tokens, masked, label)
};

/// The same of pairs of texts: 0 where the second one follows the first, 1 where it does not.
struct masked_pair_batch {
    token_rows tokens;
    picked_rows<> masked;               ///< (picked)
    picked_labels<> label;              ///< (picked)
    std::span<const std::int32_t> next; ///< (sequences)
    batch_owner owner{};

    HONE_FIELDS(tokens, masked, label, next)
};

/// Several texts a question, of which one is right.
struct choice_batch {
    token_rows tokens;
    groups group;         ///< (groups + 1)
    group_choice<> label; ///< (groups)
    batch_owner owner{};

    HONE_FIELDS(tokens, group, label)
};

/// Texts and those that are near them: anchors, then candidates, of which number i belongs to anchor i; further ones (the negatives) to none.
struct contrast_batch {
    token_rows tokens;
    groups sides;                        ///< two: anchors, candidates
    std::span<const std::int32_t> label; ///< (sequences): 0 for an anchor, -100 for a candidate
    batch_owner owner{};

    HONE_FIELDS(tokens, sides, label)
};

} // namespace hone
