// What a special token in a user's text is. A tokenizer of published files takes it for the token,
// as the reference does; a program that puts a stranger's words between its own special tokens
// takes it for text.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

enum class special_in_text : bool { is_token, is_text };

/// As many ids as a text has.
inline constexpr std::size_t no_token_limit = std::numeric_limits<std::size_t>::max();

namespace detail {

/// Room for the ids of a text before those put behind it. Errors: tokens.limit, tokens.long_text.
inline std::size_t room_for_text(std::string_view text, std::size_t begin, std::size_t end,
                                 std::size_t limit) {
    if (limit < begin + end)
        throw error("tokens.limit", "a limit below the number of special tokens", {},
                    {"at least ", begin + end}, limit);
    constexpr std::size_t longest = std::size_t{1} << 31; // bytes; places in a word are 32 bits
    if (text.size() > longest)
        throw error("tokens.long_text", "too long a text", {}, {"at most ", longest, " bytes"},
                    text.size());
    return limit - end;
}

} // namespace detail

} // namespace hone
HONE_COMPACT_END
