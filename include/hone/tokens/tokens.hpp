// The room of tokens: text to ids and back. A tokenizer is a value made from its published files; it writes the ids of a text, special tokens
// included and cut to a limit, over a vector of the caller's. That is all that the rooms after it ask.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hone/tokens/tokenizer_file.hpp"
#include "hone/tokens/wordpiece.hpp"

namespace hone {

/// A tokenizer: encodes into the caller's vector, decodes, knows its words.
template <class Tokenizer>
concept tokenizer = requires(const Tokenizer& made, std::string_view text, std::vector<std::int32_t>& ids, std::size_t limit) {
    made.encode(text, ids, limit);
    { made.decode(ids) } -> std::convertible_to<std::string>;
    { made.size() } -> std::convertible_to<std::size_t>;
    { made.files() } -> std::convertible_to<std::vector<tokenizer_file>>;
};
static_assert(tokenizer<wordpiece>);

} // namespace hone
