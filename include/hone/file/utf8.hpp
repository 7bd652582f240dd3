// Is this UTF-8? The one table that every reader of text asks, from the Unicode standard (15.0, table 3-7): no surrogates, nothing
// overlong, nothing above U+10FFFF.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Bytes of the well-formed character that begins at `at`; 0 where there is none.
constexpr std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto within = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
    const unsigned first = byte(at), second = byte(at + 1);
    if (first < 0x80) return at < text.size() ? 1 : 0;
    if (within(first, 0xC2, 0xDF)) return within(second, 0x80, 0xBF) ? 2 : 0;
    const bool third = within(byte(at + 2), 0x80, 0xBF);
    if (within(first, 0xE0, 0xEF)) return within(second, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) && third ? 3 : 0;
    if (within(first, 0xF0, 0xF4))
        return within(second, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) && third && within(byte(at + 3), 0x80, 0xBF) ? 4
                                                                                                                                     : 0;
    return 0;
}

/// Appends one scalar value (below 0x110000, no surrogate).
inline void append_utf8(std::string& text, unsigned scalar) {
    const auto put = [&](unsigned byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (scalar < 0x80) return put(scalar);
    if (scalar < 0x800) return put(0xC0 | scalar >> 6), put(0x80 | (scalar & 0x3F));
    if (scalar < 0x10000) return put(0xE0 | scalar >> 12), put(0x80 | (scalar >> 6 & 0x3F)), put(0x80 | (scalar & 0x3F));
    put(0xF0 | scalar >> 18), put(0x80 | (scalar >> 12 & 0x3F)), put(0x80 | (scalar >> 6 & 0x3F)), put(0x80 | (scalar & 0x3F));
}

} // namespace hone
HONE_COMPACT_END
