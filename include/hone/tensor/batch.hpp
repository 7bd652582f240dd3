// What a step reads: the rows of all sequences laid end to end, without padding. These are views; whoever made the batch owns the memory.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "hone/meta/fields.hpp"

namespace hone {

/// The tokens of several sequences: sequence s holds rows offsets[s] .. offsets[s + 1] - 1.
struct token_rows {
    std::span<const std::int32_t> ids;     ///< (tokens)
    std::span<const std::int32_t> offsets; ///< (sequences + 1), offsets[0] = 0, the last is the number of tokens
    std::span<const std::int32_t> types{}; ///< (tokens) or empty: all zero
};

/// The batch of a classifier of texts.
struct text_batch {
    token_rows tokens;
    std::span<const std::int32_t> label; ///< (sequences); -100 is ignored by every loss

    HONE_FIELDS(tokens, label)
};

/// Texts without labels.
struct token_batch {
    token_rows tokens;

    HONE_FIELDS(tokens)
};

/// Real numbers of a batch, `Width` a sequence: features beside the text, targets of a regression.
template <int Width>
struct real_rows {
    std::span<const float> values; ///< (sequences, Width)
};

} // namespace hone
