// What a step reads: the rows of all sequences laid end to end, without padding. Fields are views; whoever made the
// batch owns the memory, and says so in it (`batch_owner`) or outlives it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>

#include "hone/meta/fields.hpp"

namespace hone {

/// The tokens of several sequences: sequence s holds rows offsets[s] .. offsets[s + 1] - 1.
struct token_rows {
    std::span<const std::int32_t> ids;     ///< (tokens)
    std::span<const std::int32_t> offsets; ///< (sequences + 1), offsets[0] = 0, the last is the number of tokens
    std::span<const std::int32_t> types{}; ///< (tokens) or empty: all zero
};

/// Tokens that go on with texts whose keys and values a program keeps in its cache: sequence s of the
/// batch stands in place `slot[s]` of it, behind `before[s]` tokens that are there already.
struct continued_rows {
    token_rows tokens;
    std::span<const std::int32_t> slot;   ///< (sequences), each once
    std::span<const std::int32_t> before; ///< (sequences); 0: the text begins
};
/// The batch of a program that writes.
struct writing_batch {
    continued_rows tokens;

    HONE_FIELDS(tokens)
};

/// Keeps what the views of a batch point at alive as long as any copy of the batch lives. Empty where somebody else does; a type of batch
/// without one is a view alone.
using batch_owner = std::shared_ptr<const void>;

/// The batch of a classifier of texts.
struct text_batch {
    token_rows tokens;
    std::span<const std::int32_t> label; ///< (sequences); -100 is ignored by every loss
    batch_owner owner{};

    HONE_FIELDS(tokens, label)
};

/// Texts without labels.
struct token_batch {
    token_rows tokens;
    batch_owner owner{};

    HONE_FIELDS(tokens)
};

/// Real numbers of a batch, `Width` a sequence: features beside the text, targets of a regression.
template <int Width>
struct real_rows {
    std::span<const float> values; ///< (sequences, Width)
};

// What follows says by a member what it is (`is`) and whose rows it goes by (`of`, the field's name).

// The names that defaults below mention, said before them: nvcc writes a text as it first met it, and a default's has no name there.
using tokens_name = part_name<"tokens">;
using masked_name = part_name<"masked">;
using group_name = part_name<"group">;

struct integer_a_token;
struct reals_a_token;
struct rows_picked;
struct integer_a_pick;
struct place_in_sequence;
struct place_in_group;
struct integer_a_group;

/// A whole number a token: tags, the next word; -100 is ignored by every loss.
template <literal Of = "tokens">
struct token_labels {
    using is = integer_a_token;
    using of = part_name<Of>;
    std::span<const std::int32_t> values; ///< (tokens)
};
/// Real numbers, `Width` a token.
template <int Width, literal Of = "tokens">
struct token_reals {
    using is = reals_a_token;
    using of = part_name<Of>;
    static constexpr int width = Width;
    std::span<const float> values; ///< (tokens, Width)
};
/// Some of the tokens (masked words, labelled ones), as rows of a space of their own.
template <literal Of = "tokens">
struct picked_rows {
    using is = rows_picked;
    using of = part_name<Of>;
    std::span<const std::int32_t> rows; ///< (picked), rising; any number of them, none included
};
/// A whole number a picked row; -100 is ignored by every loss.
template <literal Of = "masked">
struct picked_labels {
    using is = integer_a_pick;
    using of = part_name<Of>;
    std::span<const std::int32_t> values; ///< (picked)
};
/// One token of each sequence: where an answer begins.
template <literal Of = "tokens">
struct token_position {
    using is = place_in_sequence;
    using of = part_name<Of>;
    std::span<const std::int32_t> values; ///< (sequences), from 0 in each; -100: none
};
/// Sequences that belong together: the choices of a question.
struct groups {
    std::span<const std::int32_t> offsets; ///< (groups + 1), offsets[0] = 0, the last is the number of sequences
};
/// One sequence of each group: the right choice.
template <literal Of = "group">
struct group_choice {
    using is = place_in_group;
    using of = part_name<Of>;
    std::span<const std::int32_t> values; ///< (groups), from 0 in each; -100: none
};
/// A whole number a group; -100 is ignored by every loss.
template <literal Of = "group">
struct group_labels {
    using is = integer_a_group;
    using of = part_name<Of>;
    std::span<const std::int32_t> values; ///< (groups)
};

} // namespace hone
