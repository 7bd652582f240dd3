// Words of bf16 against bf16's own conversion, one number at a time: every upper half with lower halves around the ties, NaN and infinity
// among them, as rows that are kept rounded, along and across a sum. Where the machine multiplies pairs, its instruction makes subnormal
// numbers zero: they are left out there.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/operand/cpu.hpp>

#include "test.hpp"

#include <vector>

using hone::bf16;
using operand = hone::on_cpu::operand<bf16>;

namespace {

std::uint32_t bits(float x) { return std::bit_cast<std::uint32_t>(x); }

/// Numbers with this lower half, one for every upper half.
std::vector<float> numbers(std::uint32_t lower) {
    std::vector<float> all;
    for (std::uint32_t upper = 0; upper < 0x10000; ++upper) {
        const std::uint32_t exponent = upper >> 7 & 0xFF;
        all.push_back(std::bit_cast<float>(hone::on_cpu::multiplies_pairs && exponent == 0 ? 0u : upper << 16 | lower));
    }
    return all;
}

/// Number j of words along a sum.
std::uint32_t rounded_of(const std::vector<float>& words, std::size_t j) {
    if (operand::per_word == 1) return bits(words[j]);
    return bits(words[j / 2]) << (j % 2 == 0 ? 16 : 0) & 0xFFFF0000u;
}

} // namespace

TEST_CASE("words of bf16 are its own conversion, number by number") {
    for (std::uint32_t lower : {0u, 1u, 0x7FFFu, 0x8000u, 0x8001u, 0xFFFFu}) {
        const auto x = numbers(lower);
        const int n = static_cast<int>(x.size());
        std::vector<float> kept(x.size() / 2 + 1, 7.0f), back(x.size()), along(x.size() + 1, 7.0f), again = along;
        for (int j = 0; j < n; j += operand::L) operand::narrow(kept.data(), j, hone::on_cpu::load(x.data() + j));
        for (int j = 0; j < n; j += operand::L) hone::on_cpu::store(back.data() + j, operand::widen(kept.data(), j));
        const int some = n - 3; // not a whole number of vectors
        operand::along(x.data(), along.data(), some);
        operand::along_rounded(kept.data(), again.data(), some - 1);
        std::size_t wrong = 0;
        for (std::size_t j = 0; j < x.size(); ++j) {
            const std::uint32_t expected = static_cast<std::uint32_t>(bf16(x[j]).bits) << 16;
            wrong += bits(back[j]) != expected;
            if (static_cast<int>(j) < some) wrong += rounded_of(along, j) != expected;
            if (static_cast<int>(j) < some - 1) wrong += rounded_of(again, j) != expected;
        }
        INFO("lower half " << lower);
        CHECK(wrong == 0);
        CHECK(kept.back() == 7.0f);
        for (std::size_t j = static_cast<std::size_t>((some + operand::per_word - 1) / operand::per_word); j < along.size(); ++j) CHECK(along[j] == 7.0f);
    }
}

TEST_CASE("words across a sum are a row, or two rows and zeros for one that is not there") {
    const auto x = numbers(0x8000u), y = numbers(0x7FFFu);
    const int n = static_cast<int>(x.size()) - 3;
    std::vector<float> words(x.size(), 7.0f), alone = words;
    operand::across(x.data(), y.data(), words.data(), n);
    operand::across(x.data(), nullptr, alone.data(), n);
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < static_cast<std::size_t>(n); ++j) {
        const std::uint32_t first = bf16(x[j]).bits, second = bf16(y[j]).bits;
        wrong += bits(words[j]) != (operand::per_word == 1 ? first << 16 : first | second << 16);
        wrong += bits(alone[j]) != (operand::per_word == 1 ? first << 16 : first);
    }
    CHECK(wrong == 0);
    CHECK(words[static_cast<std::size_t>(n)] == 7.0f);
}
