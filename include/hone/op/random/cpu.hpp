// Dropout's factors for one row, 0 or scale, exactly as dropout_bits::keeps defines them. A block of 128 columns takes 16 Philox
// counters at once, held in 64-bit lanes so that a product of two 32-bit words needs no shuffle; even and odd counters are then
// laid into one vector of 32-bit lanes. Cost: about 1.5 vector operations for 16 elements' bits and 3 to compare and choose.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/cpu.hpp>
#include <hone/tensor/random.hpp>

namespace hone::cpu::inline HONE_CPU {

namespace detail {

/// The words of counters first .. first + 15 (as counter[0]): out[16 w + i] is word w of counter i.
[[gnu::noinline]] inline void philox_16(const dropout_bits& bits, std::uint32_t first, std::uint32_t row, std::uint32_t* out) {
    constexpr int w = wide_lanes, groups = 16 / w; // of lanes: the even counters, then the odd ones
    alignas(64) std::uint64_t lane[16];
    for (std::uint32_t i = 0; i < 16; ++i) lane[i] = first + (i < 8 ? 2 * i : 2 * i - 15);
    wide c[4][std::size_t{groups}];
    for (int g = 0; g < groups; ++g) {
        c[0][g] = wide_load(lane + g * w);
        c[1][g] = wide(std::uint64_t{row});
        c[2][g] = wide(std::uint64_t{bits.site});
        c[3][g] = wide(std::uint64_t{bits.layer});
    }
    const wide m0(std::uint64_t{0xD2511F53u}), m1(std::uint64_t{0xCD9E8D57u});
    auto key = bits.key;
    for (int round = 0; round < 10; ++round) {
        const wide k0(std::uint64_t{key[0]}), k1(std::uint64_t{key[1]});
        for (int g = 0; g < groups; ++g) { // the upper halves of the lanes mean nothing
            const wide p0 = wide_product(c[0][g], m0), p1 = wide_product(c[2][g], m1);
            c[0][g] = (p1 >> 32) ^ c[1][g] ^ k0;
            c[2][g] = (p0 >> 32) ^ c[3][g] ^ k1;
            c[1][g] = p1;
            c[3][g] = p0;
        }
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    for (int word = 0; word < 4; ++word) {
        for (int g = 0; g < groups; ++g) wide_store(lane + g * w, c[word][g]);
        for (int i = 0; i < 8; ++i) {
            out[16 * word + 2 * i] = static_cast<std::uint32_t>(lane[i]);
            out[16 * word + 2 * i + 1] = static_cast<std::uint32_t>(lane[i + 8]);
        }
    }
}

} // namespace detail

/// out[j] = scale where element (row, first_column + j) is kept, 0 where it is dropped; first_column is a multiple of 128.
template <class T>
[[gnu::noinline]] void dropout_row(const dropout_bits& bits, std::uint32_t row, std::uint32_t first_column, int columns, T* out) {
    const T scale = static_cast<T>(bits.scale);
    const std::uint32_t threshold = bits.threshold;
    if (threshold == 0) {
        for (int j = 0; j < columns; ++j) out[j] = scale;
        return;
    }
    alignas(64) std::uint32_t word[64];
    for (int from = 0; from < columns; from += 128) {
        detail::philox_16(bits, (first_column + static_cast<std::uint32_t>(from)) / 8, row, word);
        T* const here = out + from;
        const int n = columns - from;
        if (n >= 128) {
            for (int j = 0; j < 64; ++j) here[j] = (word[j] & 0xFFFFu) >= threshold ? scale : T(0);
            for (int j = 0; j < 64; ++j) here[j + 64] = (word[j] >> 16) >= threshold ? scale : T(0);
        } else {
            for (int j = 0; j < n && j < 64; ++j) here[j] = (word[j] & 0xFFFFu) >= threshold ? scale : T(0);
            for (int j = 64; j < n; ++j) here[j] = (word[j - 64] >> 16) >= threshold ? scale : T(0);
        }
    }
}
template <class T>
void dropout_row(const dropout_bits& bits, std::uint32_t row, int columns, T* out) {
    dropout_row(bits, row, 0u, columns, out);
}

} // namespace hone::cpu::inline HONE_CPU
