// What the tokenizers ask about a character. Each question is a binary search in the tables; ASCII, most of most texts, is answered by the
// callers before they ask. Also: walking UTF-8 forwards and backwards. A byte that is part of no character counts as U+FFFD, alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

#include "hone/file/utf8.hpp"
#include "hone/tokens/unicode_tables.hpp"
#include "hone/tokens/unicode_words.hpp"

namespace hone::unicode {

/// A scalar and the bytes that it took.
struct character {
    char32_t scalar;
    std::size_t bytes;
};

/// The character that begins at `at`, which is below the size; U+FFFD and one byte where none does.
constexpr character decode(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return char32_t{static_cast<unsigned char>(text[at + i])}; };
    switch (utf8_length(text, at)) {
    case 1:
        return {byte(0), 1};
    case 2:
        return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
    case 3:
        return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
    case 4:
        return {(byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
    default:
        return {0xFFFD, 1};
    }
}

/// The character that ends before `end`, which is above 0.
constexpr character decode_before(std::string_view text, std::size_t end) {
    for (std::size_t bytes = 1; bytes <= 4 && bytes <= end; ++bytes)
        if (utf8_length(text.substr(0, end), end - bytes) == bytes)
            return decode(text, end - bytes);
    return {0xFFFD, 1};
}

/// The row of a table whose first scalar is `c` or the nearest below it; null where there is none.
template <class Row, std::size_t Size>
constexpr const Row* row_of(const Row (&table)[Size], char32_t c) {
    const auto after = std::upper_bound(std::begin(table), std::end(table), c, [](char32_t x, const Row& row) { return x < row.first; });
    return after == std::begin(table) ? nullptr : std::prev(after);
}
template <std::size_t Size>
constexpr bool within(const character_range (&table)[Size], char32_t c) {
    const auto row = row_of(table, c);
    return row && c <= row->last;
}

constexpr bool is_dropped(char32_t c) { return within(dropped, c); }
constexpr bool is_white_space(char32_t c) { return within(white_space, c); }
constexpr bool is_punctuation(char32_t c) { return within(punctuation, c); }
constexpr bool is_chinese(char32_t c) { return within(chinese, c); }
constexpr bool is_word_character(char32_t c) { return within(word_characters, c); }

/// Lower case, except of U+0130, which becomes two.
constexpr char32_t lower(char32_t c) {
    const auto row = row_of(lower_case, c);
    if (!row || c > row->last || (c - row->first) % row->step != 0)
        return c;
    return static_cast<char32_t>(static_cast<std::int32_t>(c) + row->add);
}

/// The rank of a combining character's class; 0 for whatever nothing is moved across.
constexpr unsigned combining_rank(char32_t c) {
    const auto row = row_of(combining, c);
    return row && c <= row->last ? row->rank : 0;
}

/// What stripping accents makes of a scalar beyond ASCII.
struct stripped_character {
    char32_t scalars[3];
    unsigned count;
    bool bars; ///< nothing that combines is moved across it, even where nothing of it is left
};

constexpr stripped_character strip_accents(char32_t c) {
    if (c >= 0xAC00 && c < 0xD7A4) { // a Hangul syllable: its letters (the Unicode standard, 3.12)
        const char32_t syllable = c - 0xAC00, last = syllable % 28;
        return {{0x1100 + syllable / 588, 0x1161 + syllable / 28 % 21, 0x11A7 + last}, last ? 3u : 2u, true};
    }
    if (within(removed_marks, c))
        return {{}, 0, false};
    if (within(removed_bases, c))
        return {{}, 0, true};
    if (const auto row = row_of(stripped, c); row && c - row->first < row->become.size())
        return {{row->become[c - row->first]}, 1, true};
    if (const auto row = row_of(expanded, c); row && c == row->first) {
        stripped_character result{{}, static_cast<unsigned>(row->become.size()), true};
        std::copy(row->become.begin(), row->become.end(), result.scalars);
        return result;
    }
    return {{c}, 1, combining_rank(c) == 0};
}

} // namespace hone::unicode
