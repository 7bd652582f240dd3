// bf16: the upper half of a float (8 bits of exponent, 7 stored of the mantissa). It names a precision of products (`differentiate<bf16>`)
// and rounds one number, to nearest, ties to even; a NaN stays one. Vectors of pairs are in device/operand.
// Source: Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", 2019.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstdint>

namespace hone {

struct bf16 {
    std::uint16_t bits = 0;

    bf16() = default;
    constexpr explicit bf16(float x) {
        const auto all = std::bit_cast<std::uint32_t>(x);
        bits = static_cast<std::uint16_t>((x != x ? all | 0x0040'0000u : all + 0x7FFFu + (all >> 16 & 1u)) >> 16);
    }
    constexpr explicit operator float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }
};

} // namespace hone
