// Unicode's white space, in UTF-8, as Python's str.strip sees it: the separators, the line ends, and U+001C to U+001F.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The text without the white space before it.
inline std::string_view without_leading_blanks(std::string_view text) {
    for (;;) {
        const auto c = text.empty() ? 0 : static_cast<unsigned char>(text[0]);
        if ((c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20)) {
            text.remove_prefix(1);
            continue;
        }
        std::size_t taken = 0;
        for (const std::string_view blank :
             {"\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"})
            if (text.starts_with(blank)) taken = blank.size();
        if (text.size() > 2 && text.starts_with("\xE2\x80") && static_cast<unsigned char>(text[2]) <= 0x8A) taken = 3; // U+2000 to U+200A
        if (taken == 0) return text;
        text.remove_prefix(taken);
    }
}

} // namespace hone
HONE_COMPACT_END
