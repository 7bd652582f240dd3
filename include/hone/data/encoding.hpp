// What every reader of text files asks first: are these bytes UTF-8 text at all? A byte order mark is taken off; UTF-16, archives, NUL
// bytes and bytes that are not UTF-8 (Latin-1, for one) are refused by name, because guessing an encoding makes noise of letters.
// Cost: one pass over the bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "hone/file/error.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The text in `bytes` without its byte order mark. Errors: data.empty_file, data.archive, data.utf16, data.nul, data.not_utf8.
inline std::string_view text_of(std::string_view bytes, const std::string& file) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\x1F\x8B"sv))
        throw error("data.archive", "a compressed file", {.file = file, .byte = 0}, "UTF-8 text (unpack it with gunzip)", "gzip data");
    if (bytes.starts_with("PK\x03\x04"sv))
        throw error("data.archive", "an archive", {.file = file, .byte = 0}, "UTF-8 text (save a spreadsheet as CSV)", "zip data");
    if (bytes.starts_with("\xFF\xFE"sv) || bytes.starts_with("\xFE\xFF"sv))
        throw error("data.utf16", "text in another encoding", {.file = file, .byte = 0}, "UTF-8 text", "UTF-16, by its byte order mark");
    const std::size_t mark = bytes.starts_with("\xEF\xBB\xBF"sv) ? 3 : 0;
    const auto text = bytes.substr(mark);
    if (text.empty()) throw error("data.empty_file", "nothing in the file", {.file = file}, "at least one line", "an empty file");
    std::int64_t line = 1;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text, i);
        const auto here = [&] { return place_view{.file = file, .byte = static_cast<std::int64_t>(i + mark), .line = line}; };
        if (length == 0)
            throw error("data.not_utf8", "a byte that is not UTF-8", here(), "UTF-8 text",
                        {in_quotes(text.substr(i, 1)), " (Latin-1, perhaps)"});
        if (text[i] == '\0') throw error("data.nul", "a NUL byte", here(), "UTF-8 text", "byte 0 (UTF-16, perhaps)");
        line += text[i] == '\n';
        i += length;
    }
    return text;
}

} // namespace hone
HONE_COMPACT_END
