// A tensor as it lies in a file: a name, a type, a shape and bytes, row by row. The bytes belong to the file and need not be aligned: they
// are copied into numbers, never pointed at as numbers. hone computes with floating-point weights; the other types can be named, carried
// and measured, not read.
// Cost: reading copies once; f16 and bf16 are widened exactly, f64 is rounded to nearest when read as float.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

static_assert(std::endian::native == std::endian::little,
              "hone's files are little-endian, and it reads them on little-endian machines only");

/// Element types of safetensors, in the order in which its reference counts them (a writer lays out the last ones first).
enum class stored_type : unsigned char {
    boolean,
    f4,
    f6_e2m3,
    f6_e3m2,
    u8,
    i8,
    f8_e5m2,
    f8_e4m3,
    f8_e8m0,
    f8_e4m3fnuz,
    f8_e5m2fnuz,
    i16,
    u16,
    f16,
    bf16,
    i32,
    u32,
    f32,
    c64,
    f64,
    i64,
    u64
};

namespace detail {
struct stored_type_facts {
    std::string_view name;
    unsigned bits;
};
inline constexpr std::array<stored_type_facts, 22> stored_types{{
    {"BOOL", 8},    {"F4", 4},          {"F6_E2M3", 6},     {"F6_E3M2", 6}, {"U8", 8},   {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8},
    {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"I16", 16},    {"U16", 16}, {"F16", 16}, {"BF16", 16},   {"I32", 32},
    {"U32", 32},    {"F32", 32},        {"C64", 64},        {"F64", 64},    {"I64", 64}, {"U64", 64},
}};
} // namespace detail

/// "F32", as files spell it.
constexpr std::string_view name_of(stored_type type) { return detail::stored_types[static_cast<std::size_t>(type)].name; }
/// Bits of one element.
constexpr unsigned bits_of(stored_type type) { return detail::stored_types[static_cast<std::size_t>(type)].bits; }
/// Whether `read_into` takes it.
constexpr bool is_readable(stored_type type) {
    return type == stored_type::f32 || type == stored_type::f64 || type == stored_type::f16 || type == stored_type::bf16;
}
template <class Number>
constexpr stored_type stored_type_of() {
    static_assert(std::is_same_v<Number, float> || std::is_same_v<Number, double>);
    return std::is_same_v<Number, float> ? stored_type::f32 : stored_type::f64;
}

/// "[384, 1536]"
inline std::string shape_text(std::span<const std::uint64_t> shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        phrase{i ? ", " : "", shape[i]}.append_to(text);
    return text + "]";
}

/// The bytes live as long as the file (or the weights) they come from.
struct stored_tensor {
    std::string name;
    stored_type type = stored_type::f32;
    std::vector<std::uint64_t> shape;
    std::span<const std::byte> bytes;

    /// Elements; the reader has checked that they fit the bytes.
    std::uint64_t count() const {
        std::uint64_t n = 1;
        for (const auto extent : shape) n *= extent;
        return n;
    }
};

/// Exact: every half, subnormal or not, is a float; a NaN keeps its sign and payload.
inline float float_from_f16(std::uint16_t bits) {
    const std::uint32_t sign = (bits & 0x8000u) << 16, magnitude = bits & 0x7FFFu;
    if (magnitude >= 0x7C00) return std::bit_cast<float>(sign | 0x7F800000u | (magnitude & 0x3FFu) << 13);
    if (magnitude >= 0x0400) return std::bit_cast<float>(sign | ((magnitude << 13) + (112u << 23)));
    const float value = static_cast<float>(magnitude) * 0x1p-24f;
    return sign ? -value : value;
}
inline float float_from_bf16(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

namespace detail {

template <class Bits, class Number, class Convert>
void convert_all(std::span<const std::byte> bytes, std::span<Number> out, Convert convert) {
    for (std::size_t i = 0; i < out.size(); ++i) {
        Bits one; // any alignment
        std::memcpy(&one, bytes.data() + i * sizeof one, sizeof one);
        out[i] = static_cast<Number>(convert(one));
    }
}

} // namespace detail

/// Copies all elements, row by row, into `out`; the same type is copied bit by bit. `file` is for messages.
/// Errors: checkpoint.wrong_count, checkpoint.unsupported_type.
template <class Number>
void read_into(const stored_tensor& tensor, std::span<Number> out, const std::string& file = {}) {
    const place_view here{.file = file, .name = tensor.name};
    if (!is_readable(tensor.type))
        throw error("checkpoint.unsupported_type", "a tensor of a type that hone does not compute with", here, "F32, F64, F16 or BF16",
                    name_of(tensor.type));
    if (out.size() != tensor.count() || tensor.bytes.size() != out.size() * (bits_of(tensor.type) / 8))
        throw error("checkpoint.wrong_count", "a tensor of another size", here, {out.size(), " numbers"},
                    {tensor.count(), " of shape ", shape_text(tensor.shape)});
    if (out.empty()) return;
    if (tensor.type == stored_type_of<Number>()) {
        std::memcpy(out.data(), tensor.bytes.data(), tensor.bytes.size());
        return;
    }
    switch (tensor.type) {
    case stored_type::f16: return detail::convert_all<std::uint16_t>(tensor.bytes, out, float_from_f16);
    case stored_type::bf16: return detail::convert_all<std::uint16_t>(tensor.bytes, out, float_from_bf16);
    case stored_type::f32: return detail::convert_all<float>(tensor.bytes, out, [](float x) { return x; });
    default: return detail::convert_all<double>(tensor.bytes, out, [](double x) { return x; });
    }
}
template <class Number>
void read_into(const stored_tensor& tensor, Number* out, std::size_t count, const std::string& file = {}) {
    read_into(tensor, std::span<Number>(out, count), file);
}

} // namespace hone
HONE_COMPACT_END
