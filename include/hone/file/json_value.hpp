// A JSON value, and its text. Our own, because the readers of untrusted files are: what a library for every use of JSON brings along
// (conversions, iterators, allocators, a parser) costs each program that opens one file seconds of compiling. So one plain class: a kind, a
// number or a text, values, and beside them the keys; each of its functions is compiled once and none into its callers.
// Keys keep their order, and looking one up is linear: whoever looks up many goes once over keys() into a table of his own.
// Cost: 16 bytes a value, and what a text, an array or an object that is not empty holds behind a pointer. Copying, destroying and writing recurse on the depth, which parse_json bounds.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A string in JSON's quotes. Error: json.not_utf8.
[[gnu::noinline]] inline std::string json_quoted(std::string_view text) {
    constexpr std::string_view short_ones = "\"\\\b\f\n\r\t", letters = "\"\\bfnrt";
    constexpr char digit[] = "0123456789abcdef";
    std::string out = "\"";
    for (std::size_t at = 0, length = 0; at < text.size(); at += length) {
        length = utf8_length(text, at);
        if (length == 0)
            throw error("json.not_utf8", "a string that is not UTF-8", {.byte = static_cast<std::int64_t>(at)}, "UTF-8",
                        in_quotes(text.substr(at, 1)));
        const char c = text[at];
        if (const auto which = short_ones.find(c); which != short_ones.npos) {
            out += '\\';
            out += letters[which];
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += "\\u00";
            out += digit[c >> 4];
            out += digit[c & 15];
        } else {
            out.append(text, at, length);
        }
    }
    out += '"';
    return out;
}

namespace detail {

class json_parser;

/// "0.0001" to "100000000000000.0" are written out, others with an exponent of at least two digits ("1e-12"), all with the fewest digits.
[[gnu::noinline]] inline std::string json_number(double value) {
    char text[32]; // "-d.ddde-ddd"
    const char* const end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    const std::string_view written(text, static_cast<std::size_t>(end - text));
    const auto mark = written.find('e');
    if (mark == written.npos) // inf, nan
        return "null";
    std::string digits(written.substr(0, mark)), sign;
    if (digits.front() == '-') {
        sign = "-";
        digits.erase(0, 1);
    }
    if (digits.size() > 1)
        digits.erase(1, 1);
    int exponent = 0;
    std::from_chars(text + mark + (text[mark + 1] == '+' ? 2 : 1), end, exponent);
    if (exponent < -4 || exponent >= 15) {
        if (digits.size() > 1)
            digits.insert(1, ".");
        return sign + digits + std::string(written.substr(mark));
    }
    if (exponent < 0) {
        digits.insert(0, static_cast<std::size_t>(-exponent), '0');
        exponent = 0;
    }
    const auto whole = static_cast<std::size_t>(exponent) + 1; // digits before the point
    if (digits.size() <= whole)
        digits.append(whole - digits.size() + 1, '0');
    digits.insert(whole, ".");
    return sign + digits;
}

} // namespace detail

/// What a value is. Whole numbers are negative or not by how they were written or made: -0 is an `integer`, 0 an `unsigned_integer`.
enum class json_kind : unsigned char { null, boolean, integer, unsigned_integer, number, string, array, object };

/// A JSON value. Getters take what the value is for granted: ask first, or ask through json_view, which reports.
class json {
public:
    json(std::nullptr_t = nullptr) {}
    template <std::same_as<bool> Boolean> // and no pointer
    json(Boolean value) : bits_(value), kind_(json_kind::boolean) {}
    template <std::signed_integral Number>
    requires(sizeof(Number) > 1) json(Number value) : bits_(static_cast<std::uint64_t>(value)), kind_(json_kind::integer) {}
    template <std::unsigned_integral Number>
    requires(sizeof(Number) > 1) json(Number value) : bits_(value), kind_(json_kind::unsigned_integer) {}
    json(double value) : bits_(std::bit_cast<std::uint64_t>(value)), kind_(json_kind::number) {}
    [[gnu::noinline]] json(std::string value) : kind_(json_kind::string) { put(std::move(value)); }
    json(const char* value) : json(std::string(value)) {}
    static json array() { return empty(json_kind::array); }
    static json object() { return empty(json_kind::object); }

    [[gnu::noinline]] json(const json& other) : bits_(other.bits_), kind_(other.kind_) {
        if (holds_text()) text_ = new std::string(*other.text_);
        else if (holds_members()) inside_ = new members(*other.inside_);
    }
    json(json&& other) noexcept : bits_(other.bits_), kind_(other.kind_) { other.kind_ = json_kind::null; }
    json& operator=(json other) noexcept {
        std::swap(bits_, other.bits_);
        std::swap(kind_, other.kind_);
        return *this;
    }
    [[gnu::noinline]] ~json() {
        if (holds_text()) delete text_;
        else if (holds_members()) delete inside_;
    }

    json_kind kind() const { return kind_; }
    bool is_null() const { return kind_ == json_kind::null; }
    bool is_boolean() const { return kind_ == json_kind::boolean; }
    bool is_integer() const { return kind_ == json_kind::integer || is_unsigned(); }
    bool is_unsigned() const { return kind_ == json_kind::unsigned_integer; }
    bool is_number() const { return kind_ == json_kind::number || is_integer(); } ///< whole or not
    bool is_string() const { return kind_ == json_kind::string; }
    bool is_array() const { return kind_ == json_kind::array; }
    bool is_object() const { return kind_ == json_kind::object; }

    bool boolean() const { return bits_ != 0; }
    std::int64_t integer() const { return static_cast<std::int64_t>(bits_); }
    std::uint64_t unsigned_integer() const { return bits_; }
    double number() const {
        return is_unsigned() ? static_cast<double>(bits_) : is_integer() ? static_cast<double>(integer()) : std::bit_cast<double>(bits_);
    }
    const std::string& string() const { return holds_text() ? *text_ : nothing<std::string>(); }

    /// Of an array or object: how many values, the values, and an object's keys, one beside each value.
    std::size_t size() const { return values().size(); }
    const std::vector<json>& values() const { return within().values; }
    const std::vector<std::string>& keys() const { return within().keys; }
    /// An object's value of this key; nullptr where there is none.
    [[gnu::noinline]] const json* find(std::string_view key) const {
        const auto& [values, keys] = within();
        for (std::size_t i = 0; i < keys.size(); ++i)
            if (keys[i] == key)
                return &values[i];
        return nullptr;
    }

    /// One more element of an array.
    [[gnu::noinline]] void append(json value) { fill().values.push_back(std::move(value)); }
    /// An object's value of this key: in the old one's place, else behind all others.
    [[gnu::noinline]] void set(std::string_view key, json value) {
        const json* const old = find(key);
        auto& [values, keys] = fill();
        if (old) {
            values[static_cast<std::size_t>(old - values.data())] = std::move(value);
            return;
        }
        keys.emplace_back(key);
        values.push_back(std::move(value));
    }

    /// Equal as JSON: numbers by what they amount to, objects in the same order.
    [[gnu::noinline]] friend bool operator==(const json& a, const json& b) {
        if (a.is_number() && b.is_number()) {
            if (a.is_integer() && b.is_integer())
                return a.bits_ == b.bits_ && (a.kind_ == b.kind_ || a.integer() >= 0);
            return a.number() == b.number();
        }
        if (a.kind_ != b.kind_) return false;
        if (a.is_string()) return a.string() == b.string();
        return a.is_array() || a.is_object() ? a.keys() == b.keys() && a.values() == b.values() : a.bits_ == b.bits_;
    }

    /// The text: on one line without a space, or with so many spaces a level. Doubles are the shortest digits that read as the same value,
    /// and look like no integer ("1.0"); what is not finite is null, as JSON has no word for it. Error: json.not_utf8.
    [[gnu::noinline]] std::string write(std::size_t indent = 0) const {
        writer to{{}, indent};
        to.write(*this);
        return std::move(to.text);
    }

private:
    friend class detail::json_parser;

    struct members {
        std::vector<json> values;
        std::vector<std::string> keys; // of an object
    };
    template <class T>
    static const T& nothing() {
        static const T none{};
        return none;
    }
    bool holds_text() const { return kind_ == json_kind::string && text_; }
    bool holds_members() const { return kind_ >= json_kind::array && inside_; }
    void put(std::string value) {
        text_ = value.empty() ? nullptr : new std::string(std::move(value));
    }
    const members& within() const { return holds_members() ? *inside_ : nothing<members>(); }
    members& fill() {
        if (!inside_) inside_ = new members;
        return *inside_;
    }
    [[gnu::noinline]] static json empty(json_kind kind) {
        json made;
        made.kind_ = kind;
        made.inside_ = nullptr;
        return made;
    }

    struct writer {
        std::string text;
        std::size_t indent, level = 0;

        [[gnu::noinline]] void write(const json& value) {
            if (value.kind_ < json_kind::array)
                return scalar(value);
            text += value.is_array() ? '[' : '{';
            ++level;
            for (std::size_t i = 0; i < value.size(); ++i) {
                if (i > 0)
                    text += ',';
                line();
                if (value.is_object())
                    text.append(json_quoted(value.keys()[i])).append(indent > 0 ? ": " : ":");
                write(value.values()[i]);
            }
            --level;
            if (value.size() > 0)
                line();
            text += value.is_array() ? ']' : '}';
        }
        [[gnu::noinline]] void line() {
            if (indent > 0)
                text.append(1, '\n').append(indent * level, ' ');
        }
        void scalar(const json& value) {
            switch (value.kind_) {
            case json_kind::string: text += json_quoted(value.string()); break;
            case json_kind::number: text += detail::json_number(value.number()); break;
            case json_kind::unsigned_integer: phrase(value.bits_).append_to(text); break;
            case json_kind::integer: phrase(value.integer()).append_to(text); break;
            case json_kind::boolean: text += value.boolean() ? "true" : "false"; break;
            default: text += "null";
            }
        }
    };

    union {
        std::uint64_t bits_ = 0; // of the boolean or number
        std::string* text_;      // null: empty
        members* inside_;        // null: empty
    };
    json_kind kind_ = json_kind::null;
};

} // namespace hone
HONE_COMPACT_END
