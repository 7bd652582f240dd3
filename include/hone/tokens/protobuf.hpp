// Protocol buffers, read and nothing else: fields of a message one after the other, each checked
// against what is left before it is looked at (protobuf.dev, "Encoding"). Groups, which no file
// here has, are refused.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The fields of a message that lies in a file. Errors: tokens.protobuf, with the byte.
class protobuf_message {
public:
    /// `begin` is the message's place in the file.
    protobuf_message(std::string_view bytes, std::string_view file, std::size_t begin = 0)
        : bytes_(bytes), file_(file), begin_(begin) {}

    /// Goes to the next field; false at the end.
    bool next() {
        if (at_ == bytes_.size()) return false;
        started_ = at_;
        const auto tag = varint();
        number_ = static_cast<std::uint32_t>(tag >> 3);
        kind_ = tag & 7;
        if (number_ == 0 || tag >> 32 != 0) fail("a field without a number", "a field number");
        value_ = 0;
        text_ = {};
        if (kind_ == 0) {
            value_ = varint();
        } else if (kind_ == 1 || kind_ == 5) {
            for (unsigned i = 0, width = kind_ == 1 ? 8 : 4; i < width; ++i)
                value_ |= std::uint64_t{static_cast<unsigned char>(byte())} << 8 * i;
        } else if (kind_ == 2) {
            const auto size = varint();
            if (size > bytes_.size() - at_)
                fail("a field that goes on beyond the end", "as many bytes as it says");
            text_begin_ = at_;
            text_ = bytes_.substr(at_, static_cast<std::size_t>(size));
            at_ += text_.size();
        } else {
            fail("a field of an unknown kind", "a number or a text");
        }
        return true;
    }
    std::uint32_t number() const { return number_; }

    std::uint64_t whole() const { return need(0, "a whole number"), value_; }
    bool boolean() const { return whole() != 0; }
    /// An int32, as it is written: 64 bits with its sign.
    std::int32_t integer() const { return static_cast<std::int32_t>(whole()); }
    float real() const {
        return need(5, "a number of 4 bytes"),
               std::bit_cast<float>(static_cast<std::uint32_t>(value_));
    }
    std::string_view text() const { return need(2, "a text"), text_; }
    protobuf_message message() const { return {text(), file_, begin_ + text_begin_}; }
    /// Where the field begins.
    place_view where() const {
        return {.file = file_, .byte = static_cast<std::int64_t>(begin_ + started_)};
    }

private:
    [[noreturn, gnu::cold]] void fail(const char* problem, const char* expected) const {
        throw error("tokens.protobuf", problem, where(), expected,
                    {"field ", number_, " of kind ", kind_});
    }
    void need(std::uint64_t kind, const char* expected) const {
        if (kind_ != kind) fail("a field of another kind", expected);
    }
    char byte() {
        if (at_ == bytes_.size()) fail("a message that ends within a field", "the rest of it");
        return bytes_[at_++];
    }
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            const auto next = static_cast<unsigned char>(byte());
            if (shift == 63 && next > 1) break;
            value |= std::uint64_t{next & 0x7Fu} << shift;
            if (next < 0x80) return value;
        }
        fail("a number of more than 64 bits", "at most ten bytes");
    }

    std::string_view bytes_, file_;
    std::size_t begin_, at_ = 0, started_ = 0, text_begin_ = 0;
    std::uint32_t number_ = 0;
    std::uint64_t kind_ = 0, value_ = 0;
    std::string_view text_;
};

} // namespace hone
HONE_COMPACT_END
