// Stretches of a text counted in characters (code points), as answers and pieces of words are located: what Python counts, neither bytes nor
// UTF-16 units. Cost: a pass over the bytes between two places.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Characters `begin` to `end - 1` of a text.
struct text_span {
    std::int32_t begin = 0, end = 0;

    friend bool operator==(const text_span&, const text_span&) = default;
};

/// The number of characters of UTF-8; in other bytes, of those that continue none.
inline std::size_t characters_of(std::string_view text) {
    std::size_t count = 0;
    for (const char byte : text) count += (static_cast<unsigned char>(byte) & 0xC0u) != 0x80u;
    return count;
}

/// Goes through a text by bytes or by characters, in both directions, and knows the place in both.
class text_cursor {
public:
    explicit text_cursor(std::string_view text) : text_(text) {}

    std::size_t byte() const { return byte_; }
    std::size_t character() const { return character_; }
    /// To a byte, at most the size; the characters that begin before it.
    std::size_t to_byte(std::size_t byte) {
        if (byte >= byte_)
            character_ += characters_of(text_.substr(byte_, byte - byte_));
        else
            character_ -= characters_of(text_.substr(byte, byte_ - byte));
        byte_ = byte;
        return character_;
    }
    /// To a character, or to the end of the text where it has fewer; the byte where it begins.
    std::size_t to_character(std::size_t character) {
        for (; character_ > character; --character_)
            do --byte_;
            while (continues());
        for (; character_ < character && byte_ < text_.size(); ++character_)
            do ++byte_;
            while (byte_ < text_.size() && continues());
        return byte_;
    }

private:
    bool continues() const { return (static_cast<unsigned char>(text_[byte_]) & 0xC0u) == 0x80u; }

    std::string_view text_;
    std::size_t byte_ = 0, character_ = 0;
};

/// Where the characters of a text begin, for many questions about one text. Cost: a number every 256 characters, a walk of as many a question.
class character_index {
public:
    explicit character_index(std::string_view text) : text_(text) {
        for (std::size_t byte = 0; byte < text.size(); ++byte) {
            if ((static_cast<unsigned char>(text[byte]) & 0xC0u) == 0x80u) continue;
            if (size_++ % step == 0) begins_.push_back(byte);
        }
    }
    std::size_t size() const { return size_; }
    /// The byte where a character begins; the size of the text from `size()` on.
    std::size_t byte_of(std::size_t character) const {
        if (character >= size_) return text_.size();
        std::size_t byte = begins_[character / step];
        for (std::size_t left = character % step; left > 0; --left)
            do ++byte;
            while ((static_cast<unsigned char>(text_[byte]) & 0xC0u) == 0x80u);
        return byte;
    }
    /// The bytes of characters `begin` to `end - 1`, as far as they are there.
    std::string_view part(std::size_t begin, std::size_t end) const {
        const std::size_t first = byte_of(begin), last = byte_of(end);
        return text_.substr(first, last < first ? 0 : last - first);
    }

private:
    static constexpr std::size_t step = 256;
    std::string_view text_;
    std::vector<std::size_t> begins_;
    std::size_t size_ = 0;
};

/// The bytes of a stretch; what lies beyond the text is left out.
inline std::string_view part_of(std::string_view text, text_span span) {
    text_cursor at(text);
    const auto begin = at.to_character(static_cast<std::size_t>(span.begin < 0 ? 0 : span.begin));
    const auto end = at.to_character(static_cast<std::size_t>(span.end < 0 ? 0 : span.end));
    return text.substr(begin, end < begin ? 0 : end - begin);
}

} // namespace hone
HONE_COMPACT_END
