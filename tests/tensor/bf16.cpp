// Rounding a float to bf16: to nearest, ties to even, for every value of the upper half and the values between.
// SPDX-License-Identifier: Apache-2.0
#include <hone/tensor/bf16.hpp>

#include "test.hpp"

#include <cmath>
#include <limits>

using hone::bf16;

TEST_CASE("a bf16 is a float, and comes back as it was") {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const auto x = std::bit_cast<float>(bits << 16);
        if (std::isnan(x)) CHECK(std::isnan(static_cast<float>(bf16(x))));
        else if (bf16(x).bits != bits) FAIL("changed: " << bits);
    }
}

TEST_CASE("numbers between two neighbours go to the nearer, ties to the even one") {
    for (std::uint32_t upper = 0; upper < 0x7F80; ++upper) { // up to the largest, which goes on to infinity
        const auto rounded = [&](std::uint32_t lower) { return bf16(std::bit_cast<float>(upper << 16 | lower)).bits; };
        const bool near = rounded(1) == upper && rounded(0x7FFF) == upper && rounded(0x8001) == upper + 1 && rounded(0xFFFF) == upper + 1;
        if (!near || rounded(0x8000) != upper + upper % 2) FAIL("rounded wrongly behind " << upper);
    }
    CHECK(bf16(-1.0f - 0x1p-8f).bits == bf16(-1.0f).bits);
    CHECK(bf16(-1.0f - 0x3p-8f).bits == bf16(-1.0f - 0x1p-6f).bits);
}

TEST_CASE("no NaN becomes a number") {
    for (std::uint32_t low : {1u, 0x7FFFu, 0x8000u, 0xFFFFu, 0x7FFFFFu})
        for (std::uint32_t sign : {0u, 0x80000000u}) CHECK(std::isnan(static_cast<float>(bf16(std::bit_cast<float>(sign | 0x7F800000u | low)))));
    CHECK(std::isinf(static_cast<float>(bf16(std::numeric_limits<float>::infinity()))));
}
