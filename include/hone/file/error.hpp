// The one run-time error of hone. It carries data, not only text: a stable code ("safetensors.header_too_large"), what went
// wrong, where (file, byte, line, column, tensor or field name), what was expected and what was found. The text is made once, here.
// Codes are strings local to the reader that throws them ("room.reason"): there is no central list that every reader must edit.
// A place that throws hands over views and numbers, and one cold function makes strings of them: a reader is mostly such places, and
// strings put together at each of them cost more to compile than the reader itself. Cost: a throw allocates; nothing else does.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Where something was found, in a function's arguments: the texts are somebody else's. Only what is known is set: byte and line count
/// from 0 and 1, -1 means "not known".
struct place_view {
    std::string_view file{};
    std::int64_t byte = -1, line = -1, column = -1;
    std::string_view name{}; ///< a tensor, a field, an option
};

/// The same with texts of its own.
struct place {
    std::string file{};
    std::int64_t byte = -1, line = -1, column = -1;
    std::string name{};

    operator place_view() const { return {file, byte, line, column, name}; }
};

/// Words of a message, as a function's argument: a text, a whole number, or several phrases in a row, as in `{"at most ", limit, " bytes"}`.
/// Refers to what outlives the call.
class phrase {
public:
    constexpr phrase(std::string_view text = {}) : words_(text.data()), size_(text.size()), kind_(kind::text) {}
    constexpr phrase(const char* text) : phrase(std::string_view(text)) {}
    phrase(const std::string& text) : phrase(std::string_view(text)) {}
    constexpr phrase(std::initializer_list<phrase> row) : words_(row.begin()), size_(row.size()), kind_(kind::row) {}
    template <std::unsigned_integral Number>
    requires(sizeof(Number) > 1) // neither bool nor char
        constexpr phrase(Number number)
        : words_(nullptr), size_(number), kind_(kind::number) {}
    template <std::signed_integral Number>
    requires(sizeof(Number) > 1) constexpr phrase(Number number)
        : words_(nullptr), size_(static_cast<std::uint64_t>(number)), kind_(number < 0 ? kind::negative : kind::number) {}

    [[gnu::noinline]] void append_to(std::string& message) const {
        if (kind_ == kind::text) {
            message.append(static_cast<const char*>(words_), size_);
        } else if (kind_ == kind::row) {
            for (std::size_t i = 0; i < size_; ++i)
                static_cast<const phrase*>(words_)[i].append_to(message);
        } else {
            if (kind_ == kind::negative)
                message += '-';
            message += std::to_string(kind_ == kind::negative ? 0 - size_ : size_);
        }
    }
    std::string text() const {
        std::string message;
        append_to(message);
        return message;
    }

private:
    enum class kind : unsigned char { text, row, number, negative };
    const void* words_;
    std::uint64_t size_;
    kind kind_;
};

/// Appends an item to a list with commas.
[[gnu::noinline]] inline void append_to_list(std::string& list, const phrase& item) {
    if (!list.empty())
        list += ", ";
    item.append_to(list);
}

/// Bytes of the character that begins at `at` if it may be printed as it is; 0 for controls (C0 and C1), halves of surrogates, bytes that are not
/// UTF-8, and what turns a text's direction, ends its line or hides in it: a terminal or a reader would take such for something else.
[[gnu::noinline]] inline std::size_t printable_length(std::string_view text, std::size_t at) {
    const std::size_t n = utf8_length(text, at);
    unsigned c = n > 0 ? static_cast<unsigned char>(text[at]) & (n == 1 ? 0x7Fu : 0xFFu >> (n + 1)) : 0;
    for (std::size_t k = 1; k < n; ++k) c = c << 6 | (static_cast<unsigned char>(text[at + k]) & 0x3Fu);
    constexpr unsigned refused[][2] = {{0, 0x1F},        {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200E, 0x200F},
                                       {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};
    for (const auto& [first, last] : refused)
        if (c >= first && c <= last) return 0;
    return n;
}

namespace detail {
[[gnu::noinline]] inline void append_escaped(std::string& out, char byte) {
    constexpr char digit[] = "0123456789abcdef";
    out += "\\x";
    out += digit[static_cast<unsigned char>(byte) >> 4];
    out += digit[static_cast<unsigned char>(byte) & 15];
}
} // namespace detail

/// Text from a file made safe to print: what `printable_length` does not pass is escaped byte by byte, at most `limit` bytes are shown.
[[gnu::noinline]] inline std::string in_quotes(std::string_view text, std::size_t limit = 512) {
    std::string out = "\"";
    std::size_t i = 0;
    while (i < text.size() && out.size() < limit) {
        const std::size_t n = printable_length(text, i);
        if (n == 0) {
            detail::append_escaped(out, text[i++]);
            continue;
        }
        if (text[i] == '"' || text[i] == '\\') out += '\\';
        out.append(text, i, n);
        i += n;
    }
    out += '"';
    if (i < text.size())
        out += phrase({"... (", text.size(), " bytes)"}).text();
    return out;
}

/// The same for a text that stands without quotes, such as a whole message: the end of a line stays one, a tab is \t, quotes and backslashes are as they
/// were. With `one_line`, the end of a line is \n.
[[gnu::noinline]] inline std::string printable(std::string_view text, bool one_line = false) {
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t n = text[i] == '\n' && !one_line ? 1 : printable_length(text, i);
        if (n > 0) out.append(text, i, n);
        else if (const char c = text[i]; c == '\n' || c == '\t' || c == '\r') out += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
        else detail::append_escaped(out, c);
        i += n > 0 ? n : 1;
    }
    return out;
}

/// What every failing call of hone throws. Its texts may be printed, whatever the file held; `where` is as it was. `what()` reads "where: what (expected E, found F) [code]".
struct error : std::runtime_error {
    std::string code, problem;
    place where;
    std::string expected, found;

    [[gnu::cold, gnu::noinline]] error(std::string_view code_, const phrase& problem_, const place_view& where_ = {},
                                       const phrase& expected_ = {}, const phrase& found_ = {})
        : error(code_, printable(problem_.text()), where_, printable(expected_.text()), printable(found_.text()), 0) {}

private:
    [[gnu::cold]] error(std::string_view code_, const std::string& problem_, const place_view& at, const std::string& expected_,
                        const std::string& found_, int)
        : std::runtime_error(text(code_, problem_, at, expected_, found_)), code(code_),
          problem(problem_), where{std::string(at.file), at.byte, at.line, at.column, std::string(at.name)}, expected(expected_),
          found(found_) {}

    [[gnu::cold]] static std::string text(std::string_view code, const std::string& problem, const place_view& at,
                                          const std::string& expected, const std::string& found) {
        std::string s = printable(at.file, true);
        const auto say = [&s](std::initializer_list<phrase> row) { phrase(row).append_to(s); };
        if (at.line >= 0)
            say({":", at.line});
        if (at.column >= 0)
            say({":", at.column});
        if (at.byte >= 0)
            say({s.empty() ? "byte " : ", byte ", at.byte});
        if (!at.name.empty())
            say({s.empty() ? "" : ", ", in_quotes(at.name)});
        say({s.empty() ? "" : ": ", problem});
        if (!expected.empty() || !found.empty())
            say({" (", expected.empty() ? "" : "expected ", expected, expected.empty() || found.empty() ? "" : ", ",
                 found.empty() ? "" : "found ", found, ")"});
        say({" [", code, "]"});
        return s;
    }
};

/// What is worth saying but stops nothing. Returned, never printed by the library.
struct notice {
    std::string code, text;
};

} // namespace hone
HONE_COMPACT_END
