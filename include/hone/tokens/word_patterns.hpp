// How byte-level tokenizers cut a text into words before they look at bytes: the regular
// expressions of GPT-2, of Qwen2 and of Llama 3, each as a scanner written by hand, because an
// engine with backtracking is nothing to hand a stranger's pattern to. A pattern is known by its
// text; another one is refused. Every text falls into words without a gap. A byte that is not UTF-8
// counts as a character, neither letter nor space.
// Cost: one look at each character, two at white space.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "hone/tokens/unicode.hpp"
#include "hone/tokens/unicode_letters.hpp"

namespace hone {

/// The patterns that are known, by where they come from.
enum class word_pattern : unsigned char {
    whole, ///< the text is one word
    gpt2,  ///< also RoBERTa
    qwen2, ///< digits one by one
    llama3 ///< digits in threes
};

namespace detail {

/// What a character is to the patterns: two bits a scalar.
class character_classes {
public:
    enum of_character : unsigned char { other, letter, number, white };

    static const character_classes& table() {
        static const character_classes made;
        return made;
    }
    of_character operator[](char32_t c) const {
        return static_cast<of_character>(bits_[c >> 2] >> 2 * (c & 3) & 3);
    }

private:
    character_classes() {
        put(unicode::letters, letter);
        put(unicode::numbers, number);
        put(unicode::white_space, white);
    }
    template <std::size_t Size>
    void put(const unicode::character_range (&ranges)[Size], of_character which) {
        for (const auto& range : ranges)
            for (char32_t c = range.first; c <= range.last; ++c)
                bits_[c >> 2] = static_cast<unsigned char>(bits_[c >> 2] | which << 2 * (c & 3));
    }
    std::vector<unsigned char> bits_ = std::vector<unsigned char>(0x110000 / 4);
};

} // namespace detail

/// The end of words, one after the other.
class word_scanner {
public:
    explicit word_scanner(word_pattern which) : which_(which) {}

    /// Where the word ends that begins at `at`, which is below the size of the text.
    std::size_t end_of_word(std::string_view text, std::size_t at) const {
        switch (which_) {
        case word_pattern::gpt2:
            return gpt2(text, at);
        case word_pattern::qwen2:
            return later(text, at, 1);
        case word_pattern::llama3:
            return later(text, at, 3);
        default:
            return text.size();
        }
    }

private:
    using kinds = detail::character_classes;
    struct character {
        kinds::of_character kind;
        std::size_t bytes; ///< 0 at the end
        char byte;         ///< its first
    };

    character look(std::string_view text, std::size_t at) const {
        if (at >= text.size()) return {kinds::other, 0, '\0'};
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) return {(*classes_)[byte], 1, text[at]};
        const auto [c, bytes] = unicode::decode(text, at);
        return {(*classes_)[c], bytes, text[at]};
    }
    static bool is_line_end(const character& c) { return c.byte == '\r' || c.byte == '\n'; }
    std::size_t run(std::string_view text, std::size_t at, kinds::of_character kind) const {
        for (character c = look(text, at); c.bytes > 0 && c.kind == kind; c = look(text, at))
            at += c.bytes;
        return at;
    }

    /// 's 't 're 've 'm 'll 'd: the end of one, or `at`. Without regard to case, U+017F is an s.
    static std::size_t contraction(std::string_view text, std::size_t at, bool any_case) {
        if (text[at] != '\'') return at;
        const auto letter = [&](std::size_t i) -> char {
            const char c = i < text.size() ? text[i] : '\0';
            return any_case && c >= 'A' && c <= 'Z' ? static_cast<char>(c + 0x20) : c;
        };
        const char first = letter(at + 1), second = letter(at + 2);
        if (first == 's' || first == 't' || first == 'm' || first == 'd') return at + 2;
        if (any_case && text.substr(at + 1).starts_with("\xC5\xBF")) return at + 3;
        const bool two = (first == 'r' && second == 'e') || (first == 'v' && second == 'e') ||
                         (first == 'l' && second == 'l');
        return two ? at + 3 : at;
    }

    /// `'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    std::size_t gpt2(std::string_view text, std::size_t at) const {
        if (const auto end = contraction(text, at, false); end > at) return end;
        character first = look(text, at);
        if (text[at] == ' ')
            if (const auto next = look(text, at + 1); next.bytes > 0 && next.kind != kinds::white)
                first = next, ++at;
        return first.kind == kinds::white ? spaces(text, at)
                                          : run(text, at + first.bytes, first.kind);
    }

    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,digits}|
    /// ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    std::size_t later(std::string_view text, std::size_t at, unsigned digits) const {
        if (const auto end = contraction(text, at, true); end > at) return end;
        character first = look(text, at);
        if (first.kind == kinds::letter) return run(text, at + first.bytes, kinds::letter);
        if (first.kind == kinds::number) {
            for (character c = first; digits > 0 && c.bytes > 0 && c.kind == kinds::number;
                 --digits, c = look(text, at))
                at += c.bytes;
            return at;
        }
        const character next = look(text, at + first.bytes);
        if (!is_line_end(first) && next.bytes > 0 && next.kind == kinds::letter)
            return run(text, at + first.bytes + next.bytes, kinds::letter);
        if (text[at] == ' ' && next.bytes > 0 && next.kind == kinds::other) first = next, ++at;
        if (first.kind == kinds::white) return spaces_and_lines(text, at);
        at = run(text, at + first.bytes, kinds::other);
        while (at < text.size() && (text[at] == '\r' || text[at] == '\n')) ++at;
        return at;
    }

    /// `\s+(?!\S)|\s+`: white space but its last character where something follows.
    std::size_t spaces(std::string_view text, std::size_t at) const {
        std::size_t end = at, last = at;
        for (character c = look(text, at); c.bytes > 0 && c.kind == kinds::white;
             c = look(text, end))
            last = end, end += c.bytes;
        return end == text.size() || last == at ? end : last;
    }
    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: up to the last line end among white space.
    std::size_t spaces_and_lines(std::string_view text, std::size_t at) const {
        std::size_t end = at, last = at, line = at;
        for (character c = look(text, at); c.bytes > 0 && c.kind == kinds::white;
             c = look(text, end)) {
            last = end, end += c.bytes;
            if (is_line_end(c)) line = end;
        }
        return line > at ? line : end == text.size() || last == at ? end : last;
    }

    word_pattern which_;
    const kinds* classes_ = &kinds::table();
};

/// The pattern of a regular expression that is known by its text.
inline std::optional<word_pattern> known_word_pattern(std::string_view expression) {
    struct known {
        std::string_view text;
        word_pattern which;
    };
    constexpr std::array<known, 4> all{{
        {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
         word_pattern::gpt2},
        {R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
         word_pattern::gpt2},
        {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
         word_pattern::qwen2},
        {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
         word_pattern::llama3},
    }};
    for (const auto& one : all)
        if (one.text == expression) return one.which;
    return std::nullopt;
}

/// Cuts at every number, as the pre-tokenizer `Digits` does: calls use(part) for each while it
/// returns true. `one_by_one`: each digit is a part; otherwise each run of them.
template <class Use>
bool cut_at_digits(std::string_view text, bool one_by_one, const Use& use) {
    std::size_t begin = 0;
    bool before = false;
    for (std::size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
        const auto c = unicode::decode(text, at);
        bytes = c.bytes;
        const bool number = c.scalar < 0x80 ? c.scalar >= '0' && c.scalar <= '9'
                                            : unicode::within(unicode::numbers, c.scalar) ||
                                                  unicode::within(unicode::more_numbers, c.scalar);
        if (at > begin && (number != before || (number && one_by_one))) {
            if (!use(text.substr(begin, at - begin))) return false;
            begin = at;
        }
        before = number;
    }
    return begin >= text.size() || use(text.substr(begin));
}

} // namespace hone
