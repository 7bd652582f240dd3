// What files of records are made of: protobuf's fields, and sums that close a record.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone::detail {

/// CRC-32 of a polynomial, its bits reversed.
template <std::uint32_t Polynomial>
std::uint32_t crc_of(std::string_view bytes) {
    static constexpr auto table = [] {
        std::array<std::uint32_t, 256> all{};
        for (std::uint32_t i = 0; i < 256; ++i) {
            std::uint32_t v = i;
            for (int k = 0; k < 8; ++k) v = v & 1 ? v >> 1 ^ Polynomial : v >> 1;
            all[i] = v;
        }
        return all;
    }();
    std::uint32_t v = ~0u;
    for (const char c : bytes) v = v >> 8 ^ table[(v ^ static_cast<unsigned char>(c)) & 0xFF];
    return ~v;
}
template <class Number>
void append_bytes(std::string& to, Number value) {
    to.append(reinterpret_cast<const char*>(&value), sizeof value);
}
/// Protobuf's number of variable length, and its fields of text and of whole numbers.
inline void append_varint(std::string& to, std::uint64_t v) {
    for (; v >= 128; v >>= 7) to += static_cast<char>((v & 127) | 128);
    to += static_cast<char>(v);
}
inline void append_text(std::string& to, unsigned field, std::string_view text) {
    append_varint(to, field << 3 | 2);
    append_varint(to, text.size());
    to += text;
}
inline void append_whole(std::string& to, unsigned field, std::uint64_t value) {
    append_varint(to, field << 3);
    append_varint(to, value);
}

} // namespace hone::detail
HONE_COMPACT_END
