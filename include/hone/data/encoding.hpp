// What every reader of text files asks first: are these bytes UTF-8 text at all? A byte order mark is taken off; UTF-16, archives, NUL
// bytes and bytes that are not UTF-8 (Latin-1, for one) are refused by name, because guessing an encoding makes noise of letters.
// Cost: one pass over the bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <hone/file/error.hpp>

namespace hone {

namespace detail {

/// Bytes of the well-formed UTF-8 character at `at` (Unicode 15, table 3-7: no surrogates, nothing overlong), 0 where there is none.
constexpr std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
    const auto between = [](unsigned value, unsigned low, unsigned high) { return value >= low && value <= high; };
    const unsigned a = byte(at), b = byte(at + 1);
    if (a < 0x80) return at < text.size() ? 1 : 0;
    if (between(a, 0xC2, 0xDF)) return between(b, 0x80, 0xBF) ? 2 : 0;
    if (between(a, 0xE0, 0xEF)) {
        const bool second = between(b, a == 0xE0 ? 0xA0 : 0x80, a == 0xED ? 0x9F : 0xBF);
        return second && between(byte(at + 2), 0x80, 0xBF) ? 3 : 0;
    }
    if (between(a, 0xF0, 0xF4)) {
        const bool second = between(b, a == 0xF0 ? 0x90 : 0x80, a == 0xF4 ? 0x8F : 0xBF);
        return second && between(byte(at + 2), 0x80, 0xBF) && between(byte(at + 3), 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

} // namespace detail

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
        const std::size_t length = detail::utf8_length(text, i);
        const auto here = [&] { return place{.file = file, .byte = static_cast<std::int64_t>(i + mark), .line = line}; };
        if (length == 0)
            throw error("data.not_utf8", "a byte that is not UTF-8", here(), "UTF-8 text",
                        quoted(text.substr(i, 1)) + " (Latin-1, perhaps)");
        if (text[i] == '\0') throw error("data.nul", "a NUL byte", here(), "UTF-8 text", "byte 0 (UTF-16, perhaps)");
        line += text[i] == '\n';
        i += length;
    }
    return text;
}

} // namespace hone
