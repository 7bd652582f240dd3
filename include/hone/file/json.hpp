// Strict JSON (RFC 8259) for files that nobody vouches for: no key twice, no NUL for an end, and every error says where. Keys keep the order
// of the file, so that a file read and saved again reads the same. Nothing recurses on the input. Integers beyond 64 bits become doubles;
// a number that no double can hold is an error.
// Cost: one pass, and a sort of the keys of each object.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/json_value.hpp"
#include "hone/file/order.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Arrays and objects within each other, at most.
inline constexpr std::size_t json_depth = 64;

namespace detail {

class json_parser {
public:
    json_parser(std::string_view text, std::string_view file, std::size_t begin, std::size_t most) : text_(text), file_(file), begin_(begin), most_(most) {}

    json parse() {
        refuse_other_encodings();
        std::vector<json> around; // arrays and objects whose end has not come
        for (;;) {                // a value begins here
            json value;
            if (peek() == '{' || peek() == '[') {
                if (around.size() == json_depth)
                    fail("json.too_deep", "nested too deeply", {"at most ", json_depth, " levels"}, "one more");
                value = peek() == '{' ? json::object() : json::array();
                around.push_back(std::move(value));
                ++at_;
                skip();
                if (peek() != closing(around.back())) {
                    key(around.back());
                    continue;
                }
                ++at_;
                value = finish(around);
            } else {
                scalar(value);
            }
            for (;;) { // a value ended here: it belongs to whatever is open
                skip();
                if (around.empty()) {
                    if (at_ != text_.size()) fail("json.trailing", "text after the document", "the end", found());
                    return value;
                }
                json& top = around.back();
                if (++values_ > most_) fail("json.too_many", "too many values", {"at most ", most_}, "one more");
                top.fill().values.push_back(std::move(value));
                if (peek() == ',') {
                    ++at_;
                    skip();
                    key(top);
                    break;
                }
                const char end = closing(top);
                if (peek() != end) fail("json.syntax", "not JSON", {"',' or '", std::string_view(&end, 1), "'"}, found());
                ++at_;
                value = finish(around);
            }
        }
    }

private:
    static char closing(const json& open) { return open.is_object() ? '}' : ']'; }
    int peek() const { return at_ < text_.size() ? static_cast<unsigned char>(text_[at_]) : -1; }
    void skip() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
    }
    bool digit() const { return at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; }

    [[noreturn, gnu::cold]] void fail(const char* code, const char* problem, const phrase& expected, const phrase& what,
                                      std::string_view name = {}) const {
        place_view here{.file = file_, .byte = static_cast<std::int64_t>(begin_ + at_), .name = name};
        if (begin_ == 0) { // else nobody knows what line this is
            here.line = here.column = 1;
            for (const char c : text_.substr(0, at_)) {
                here.line += c == '\n';
                here.column = c == '\n' ? 1 : here.column + ((static_cast<unsigned char>(c) & 0xC0u) != 0x80u);
            }
        }
        throw error(code, problem, here, expected, what);
    }
    std::string found() const {
        return at_ == text_.size() ? "the end of the text" : in_quotes(text_.substr(at_, std::max<std::size_t>(1, utf8_length(text_, at_))));
    }

    void refuse_other_encodings() {
        using namespace std::string_view_literals;
        if (text_.starts_with("\xEF\xBB\xBF"sv)) fail("json.bom", "a byte order mark before the document", "JSON without one", "EF BB BF");
        if (text_.starts_with("\xFF\xFE"sv) || text_.starts_with("\xFE\xFF"sv) ||
            (text_.size() > 1 && (text_[0] == '\0') != (text_[1] == '\0')))
            fail("json.utf16", "text in another encoding", "UTF-8", "UTF-16");
        skip();
        if (at_ == text_.size()) fail("json.empty", "no document", "a JSON value", text_.empty() ? "nothing" : "white space only");
    }

    /// The key of an object's next value; nothing in an array.
    void key(json& open) {
        if (!open.is_object()) return;
        if (peek() != '"') fail("json.syntax", "not JSON", "a key in double quotes", found());
        key_at_.push_back(at_);
        open.fill().keys.push_back(string());
        skip();
        if (peek() != ':') fail("json.syntax", "not JSON", "':'", found());
        ++at_;
        skip();
    }

    /// Takes the innermost open value out; no key of it stands twice.
    json finish(std::vector<json>& around) {
        json done = std::move(around.back());
        around.pop_back();
        const auto& keys = done.keys();
        const std::size_t first = key_at_.size() - keys.size();
        const auto order = order_of(keys.size(), [&](std::size_t a, std::size_t b) { return keys[a] < keys[b]; }); // equal ones as in the text
        for (std::size_t i = 1; i < order.size(); ++i)
            if (keys[order[i - 1]] == keys[order[i]]) {
                at_ = key_at_[first + order[i]];
                fail("json.duplicate_key", "a key stands twice in one object", "different keys",
                     {"the same key at byte ", begin_ + key_at_[first + order[i - 1]]}, keys[order[i]]);
            }
        key_at_.resize(first);
        return done;
    }

    void scalar(json& value) {
        const int c = peek();
        if (c == '"') {
            value = json(string());
        } else if (c == '-' || digit()) {
            number(value);
        } else if (word("null")) {
        } else if (word("true") || word("false")) {
            value = json(c == 't');
        } else {
            const auto wrong = token();
            fail("json.syntax", "not JSON", "a value", wrong.empty() ? found() : in_quotes(wrong, 32));
        }
    }
    bool word(std::string_view wanted) {
        const bool there = text_.substr(at_).starts_with(wanted);
        if (there) at_ += wanted.size();
        return there;
    }

    /// What looks like one word or number from here on, for messages and for what may not follow a number.
    std::string_view token() const {
        std::size_t end = at_;
        const auto belongs = [](char c) {
            return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-' || c == '.' ||
                   c == '_';
        };
        while (end < text_.size() && belongs(text_[end])) ++end;
        return text_.substr(at_, end - at_);
    }

    void number(json& to) {
        const std::size_t begin = at_;
        const auto whole = token();
        const auto digits = [&] {
            if (!digit()) bad_number(begin, whole);
            while (digit()) ++at_;
        };
        const bool negative = peek() == '-';
        if (negative) ++at_;
        if (peek() == '0')
            ++at_;
        else
            digits();
        bool integer = true;
        if (peek() == '.') integer = false, ++at_, digits();
        if (peek() == 'e' || peek() == 'E') {
            integer = false;
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            digits();
        }
        if (at_ - begin != whole.size()) bad_number(begin, whole);
        const char *first = whole.data(), *last = first + whole.size();
        if (std::int64_t low = 0; integer && negative && std::from_chars(first, last, low).ec == std::errc()) {
            to = json(low);
            return;
        }
        if (std::uint64_t high = 0; integer && !negative && std::from_chars(first, last, high).ec == std::errc()) {
            to = json(high);
            return;
        }
        double value = 0;
        if (std::from_chars(first, last, value).ec != std::errc()) {
            at_ = begin;
            fail("json.number_range", "a number that no double can hold", "a size between 5e-324 and 1.8e308", in_quotes(whole, 32));
        }
        to = json(value);
    }
    [[noreturn]] void bad_number(std::size_t begin, std::string_view whole) {
        at_ = begin;
        fail("json.number", "not a JSON number", "digits, perhaps a sign, a fraction, an exponent", in_quotes(whole, 32));
    }

    std::string string() {
        std::string out;
        ++at_;
        for (std::size_t run = at_;;) {
            const int c = peek();
            if (c == '"' || c == '\\') {
                out.append(text_, run, at_ - run);
                ++at_;
                if (c == '"') return out;
                escape(out);
                run = at_;
                continue;
            }
            if (c < 0) fail("json.syntax", "a string without end", "'\"'", found());
            if (c < 0x20) fail("json.control_character", "a raw control character in a string", "an escape such as \\n", found());
            const std::size_t length = utf8_length(text_, at_);
            if (length == 0) fail("json.not_utf8", "bytes that are not UTF-8", "UTF-8", found());
            at_ += length;
        }
    }

    void escape(std::string& out) {
        constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        if (const auto which = at_ < text_.size() ? letters.find(text_[at_]) : letters.npos; which != letters.npos) {
            out += meanings[which];
            ++at_;
            return;
        }
        if (peek() != 'u')
            fail("json.syntax", "an escape that JSON does not have", "one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", found());
        unsigned scalar = hexadecimal();
        if (scalar >= 0xD800 && scalar < 0xE000) {
            const std::size_t begin = at_ - 6;
            const bool pair = scalar < 0xDC00 && text_.substr(at_).starts_with("\\u");
            if (pair) ++at_;
            const unsigned low = pair ? hexadecimal() : 0;
            if (low < 0xDC00 || low >= 0xE000) {
                at_ = begin;
                fail("json.surrogate", "half of a surrogate pair", "\\uD800-\\uDBFF, then \\uDC00-\\uDFFF",
                     in_quotes(text_.substr(at_, 12), 32));
            }
            scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00);
        }
        append_utf8(out, scalar);
    }
    unsigned hexadecimal() { // at the 'u'
        unsigned value = 0;
        const auto four = text_.substr(at_ + 1, 4);
        if (four.size() < 4 || std::from_chars(four.data(), four.data() + 4, value, 16).ptr != four.data() + 4)
            fail("json.syntax", "an escape that JSON does not have", "\\u and four hexadecimal digits", in_quotes(four));
        at_ += 5;
        return value;
    }

    std::string_view text_;
    std::string_view file_;
    std::size_t begin_, most_, at_ = 0, values_ = 0;
    std::vector<std::size_t> key_at_; // where the keys of the open objects stand
};

} // namespace detail

/// The one document in `text`, which begins at byte `begin` of `file` (for messages). Errors: json.empty, bom, utf16, syntax, trailing,
/// number, number_range, control_character, too_many (more than `most_values` in all), not_utf8, surrogate, duplicate_key, too_deep; each with its byte and, where `begin` is 0, line
/// and column (in characters).
inline json parse_json(std::string_view text, std::string_view file, std::size_t begin = 0, std::size_t most_values = std::size_t(-1)) {
    return detail::json_parser(text, file, begin, most_values).parse();
}

/// A file's document. Errors: those of read_file and parse_json.
inline json read_json(const std::filesystem::path& path, std::size_t limit = std::size_t{64} << 20) {
    return parse_json(read_file(path, limit), path.native());
}

} // namespace hone
HONE_COMPACT_END
