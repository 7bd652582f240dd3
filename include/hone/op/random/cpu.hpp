// Dropout's factors for one row, 0 or scale, exactly as dropout_bits::keeps defines them. A block of 128 columns takes 16 Philox
// counters at once, held in 64-bit lanes so that a product of two 32-bit words needs no shuffle; even and odd counters are then
// laid into one vector of 32-bit lanes. Cost: about 1.5 vector operations for 16 elements' bits and 3 to compare and choose.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/cpu.hpp"
#include "hone/expression/state/cpu.hpp"
#include "hone/op/random/dropout.hpp"

namespace hone::on_cpu::inline HONE_CPU {

namespace detail {

/// The words of counters first .. first + 15 (as counter[0]): word w of counters 2i and 2i + 1 are the halves of out[8 w + i].
HONE_KERNEL inline void philox_16(const dropout_bits& bits, std::uint32_t first, std::uint32_t row, std::uint64_t* out) {
    constexpr int w = wide_lanes, groups = 8 / w; // of the even counters, and as many of the odd ones
    constexpr std::uint64_t even[8] = {0, 2, 4, 6, 8, 10, 12, 14};
    wide_words c[4][2][std::size_t{groups}];
    unroll<groups>([&](auto g) __attribute__((always_inline)) {
        c[0][0][g] = wide_load(even + g * w) + wide_words(std::uint64_t{first});
        c[0][1][g] = wide_load(even + g * w) + wide_words(std::uint64_t{first} + 1);
        unroll<2>([&](auto odd) __attribute__((always_inline)) {
            c[1][odd][g] = wide_words(std::uint64_t{row});
            c[2][odd][g] = wide_words(std::uint64_t{bits.site});
            c[3][odd][g] = wide_words(std::uint64_t{bits.layer});
        });
    });
    const wide_words m0(std::uint64_t{0xD2511F53u}), m1(std::uint64_t{0xCD9E8D57u});
    auto key = bits.key;
    for (int round = 0; round < 10; ++round) {
        const wide_words k0(std::uint64_t{key[0]}), k1(std::uint64_t{key[1]});
        unroll<2 * groups>([&](auto i) __attribute__((always_inline)) { // the upper halves of the lanes mean nothing
            constexpr int odd = i % 2, g = i / 2;
            const wide_words p0 = wide_product(c[0][odd][g], m0), p1 = wide_product(c[2][odd][g], m1);
            c[0][odd][g] = (p1 >> 32) ^ c[1][odd][g] ^ k0;
            c[2][odd][g] = (p0 >> 32) ^ c[3][odd][g] ^ k1;
            c[1][odd][g] = p1;
            c[3][odd][g] = p0;
        });
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    unroll<4 * groups>([&](auto i) __attribute__((always_inline)) {
        constexpr int word = i % 4, g = i / 4;
        wide_store(out + 8 * word + g * w, (c[word][0][g] & wide_words(std::uint64_t{0xFFFFFFFFu})) | (c[word][1][g] << 32));
    });
}

/// The first n (at most 64) factors from one half of the words.
template <int Shift, class T> HONE_INLINE void choose(const std::uint32_t* word, int n, std::uint32_t threshold, T scale, T* out) {
    constexpr int w = lanes<T>;
    for (int j = 0; j < 64 && j < n; j += w) {
        const batch<T> factor = at_least<Shift>(word + j, threshold, scale);
        if (n - j >= w) store(out + j, factor);
        else store(out + j, factor, n - j);
    }
}

} // namespace detail

/// out[j] = scale where element (row, first_column + j) is kept, 0 where it is dropped; first_column is a multiple of 128.
template <class T>
HONE_KERNEL void dropout_row(const dropout_bits& bits, std::uint32_t row, std::uint32_t first_column, int columns, T* out) {
    const T scale = static_cast<T>(bits.scale);
    const std::uint32_t threshold = bits.threshold;
    if (threshold == 0) {
        for (int j = 0; j < columns; ++j) out[j] = scale;
        return;
    }
    for (int from = 0; from < columns; from += 128) {
        alignas(64) std::uint64_t pairs[32];
        detail::philox_16(bits, (first_column + static_cast<std::uint32_t>(from)) / 8, row, pairs);
        const auto word = std::bit_cast<std::array<std::uint32_t, 64>>(pairs);
        detail::choose<0>(word.data(), columns - from, threshold, scale, out + from);
        detail::choose<16>(word.data(), columns - from - 64, threshold, scale, out + from + 64);
    }
}
template <class T> void dropout_row(const dropout_bits& bits, std::uint32_t row, int columns, T* out) {
    dropout_row(bits, row, 0u, columns, out);
}

template <>
struct kernel<dropout_mask_> {
    template <class T>
    static void fill(const access<T>& a, T rate, int row, T* out) {
        dropout_row<T>(a.bits(rate, a.self().detail), static_cast<std::uint32_t>(row), a.result_width(), out);
    }
};

} // namespace hone::on_cpu::inline HONE_CPU
