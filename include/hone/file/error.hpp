// The one run-time error of hone. It carries data, not only text: a stable code ("safetensors.header_too_large"), what went
// wrong, where (file, byte, line, column, tensor or field name), what was expected and what was found. The text is made once, here.
// Codes are strings local to the reader that throws them ("room.reason"): there is no central list that every reader must edit.
// Cost: a throw allocates; nothing else does.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace hone {

/// Where something was found. Only what is known is set: byte and line count from 0 and 1, -1 means "not known".
struct place {
    std::string file{};
    std::int64_t byte = -1, line = -1, column = -1;
    std::string name{}; ///< a tensor, a field, an option
};

/// Text from a file made safe to print: control characters and bytes that are not UTF-8 are escaped, at most `limit` bytes are shown.
inline std::string in_quotes(std::string_view text, std::size_t limit = 512) {
    constexpr char digit[] = "0123456789abcdef";
    const auto follows = [&](std::size_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0u) == 0x80u; };
    std::string out = "\"";
    std::size_t i = 0;
    while (i < text.size() && out.size() < limit) {
        const auto c = static_cast<unsigned char>(text[i]);
        const std::size_t n = c < 0x80 ? 1 : c >= 0xC2 && c < 0xE0 ? 2 : c >= 0xE0 && c < 0xF0 ? 3 : c >= 0xF0 && c < 0xF5 ? 4 : 0;
        bool whole = n > 0;
        for (std::size_t k = 1; k < n; ++k) whole = whole && follows(i + k);
        const bool control = c < 0x20 || c == 0x7F || (c == 0xC2 && whole && static_cast<unsigned char>(text[i + 1]) < 0xA0);
        if (whole && !control) {
            if (c == '"' || c == '\\') out += '\\';
            out.append(text, i, n);
            i += n;
        } else {
            out += "\\x";
            out += digit[c >> 4];
            out += digit[c & 15];
            ++i;
        }
    }
    out += '"';
    if (i < text.size()) out += "... (" + std::to_string(text.size()) + " bytes)";
    return out;
}

/// What every failing call of hone throws. `what()` reads "where: what (expected E, found F) [code]".
struct error : std::runtime_error {
    std::string code, problem;
    place where;
    std::string expected, found;

    error(std::string code_, std::string problem_, place where_ = {}, std::string expected_ = {}, std::string found_ = {})
        : std::runtime_error(text(code_, problem_, where_, expected_, found_)), code(std::move(code_)), problem(std::move(problem_)),
          where(std::move(where_)), expected(std::move(expected_)), found(std::move(found_)) {}

private:
    static std::string text(const std::string& code, const std::string& problem, const place& at, const std::string& expected,
                            const std::string& found) {
        std::string s = at.file;
        if (at.line >= 0) s += ":" + std::to_string(at.line);
        if (at.column >= 0) s += ":" + std::to_string(at.column);
        if (at.byte >= 0) s += (s.empty() ? "byte " : ", byte ") + std::to_string(at.byte);
        if (!at.name.empty()) s += (s.empty() ? "" : ", ") + in_quotes(at.name);
        if (!s.empty()) s += ": ";
        s += problem;
        if (!expected.empty() || !found.empty()) {
            s += " (";
            if (!expected.empty()) s += "expected " + expected;
            if (!expected.empty() && !found.empty()) s += ", ";
            if (!found.empty()) s += "found " + found;
            s += ")";
        }
        return s + " [" + code + "]";
    }
};

/// What is worth saying but stops nothing. Returned, never printed by the library.
struct notice {
    std::string code, text;
};

} // namespace hone
