// Dropout's factors against their definition, bit for bit, for odd widths, and how often they drop.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/random/cpu.hpp>
#include <hone/op/random/plain.hpp>

#include "test.hpp"

#include <vector>

using namespace hone;

TEMPLATE_TEST_CASE("a row of factors equals its definition and ends where it should", "", float, double) {
    using T = TestType;
    for (double rate : {0.0, 0.1, 0.5, 1.0}) {
        const auto bits = dropout_bits::at(rate, 0x123456789ABCDEFull, 77, 5, 0xFFFFFFFFu);
        for (int columns : {0, 1, 15, 16, 17, 20, 63, 64, 65, 100, 127, 128, 129, 255, 384, 1000})
            for (std::uint32_t row : {0u, 3u, 0xFFFFFFFFu}) {
                std::vector<T> found(static_cast<std::size_t>(columns + 2), T(-7)), expected = found;
                for (std::uint32_t first : {0u, 128u, 1280u}) {
                    on_cpu::dropout_row(bits, row, first, columns, found.data() + 1);
                    plain::dropout_row(bits, row, first, columns, expected.data() + 1);
                    INFO("rate " << rate << " columns " << columns << " row " << row << " first " << first);
                    REQUIRE(found == expected);
                }
            }
    }
}

TEST_CASE("the definition draws from Philox's published numbers, and drops as often as it says") {
    CHECK(philox({0, 0, 0, 0}, {0, 0}) == philox_words{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}); // the paper's known answers
    const auto bits = dropout_bits::at(0.1, 1, 2, 3, 4);
    std::vector<float> row(1000);
    int dropped = 0;
    double sum = 0;
    for (std::uint32_t r = 0; r < 200; ++r) {
        on_cpu::dropout_row(bits, r, 1000, row.data());
        for (float x : row) dropped += x == 0, sum += static_cast<double>(x);
    }
    CHECK(std::abs(dropped / 200000.0 - 0.1) < 0.003);
    CHECK(std::abs(sum / 200000.0 - 1.0) < 0.004);
}
