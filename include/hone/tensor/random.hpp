// Random numbers from a counter: Philox4x32-10 (Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011).
// A number is a pure function of (key, counter), so dropout needs no stored mask, threads need no agreement, and every
// device gives the same bits. Streams are told apart by `stream`, so that shuffling, initialisation and dropout never share numbers.
// Cost: about 40 integer operations for four 32-bit words.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cmath>
#include <cstdint>

namespace hone {

using philox_words = std::array<std::uint32_t, 4>;

/// Ten rounds of Philox4x32 on `counter` under `key`.
constexpr philox_words philox(philox_words counter, std::array<std::uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * counter[0], p1 = std::uint64_t{0xCD9E8D57u} * counter[2];
        counter = {static_cast<std::uint32_t>(p1 >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(p1),
                   static_cast<std::uint32_t>(p0 >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(p0)};
        key[0] += 0x9E3779B9u;
        key[1] += 0xBB67AE85u;
    }
    return counter;
}

enum class stream : std::uint32_t {
    dropout = 1, shuffle = 2, initial = 3, split = 4, mask = 5, pairs = 6, augment = 7, sample = 8, perturb = 9, user = 16
};

/// Which numbers a dropout draws: the key comes from seed, step and the batch's number among those of one step, the site and the layer from the
/// place in the model.
/// Element (row, column) is dropped where its 16 bits are below `threshold`; what is kept is multiplied by `scale`.
struct dropout_bits {
    std::array<std::uint32_t, 2> key;
    std::uint32_t site, layer;
    std::uint32_t threshold; ///< round(rate * 65536), 0 .. 65536
    double scale;            ///< 1 / (1 - threshold / 65536); 0 where everything is dropped

    static constexpr dropout_bits at(double rate, std::uint64_t seed, std::uint64_t step, std::uint32_t site, std::uint32_t layer,
                                     std::uint32_t part = 0) {
        const auto k = philox({static_cast<std::uint32_t>(step), static_cast<std::uint32_t>(step >> 32), static_cast<std::uint32_t>(stream::dropout), part},
                              {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
        const auto t = static_cast<std::uint32_t>(rate * 65536 + 0.5);
        return {{k[0], k[1]}, site, layer, t, t >= 65536 ? 0.0 : 65536.0 / (65536.0 - t)};
    }
    /// The definition, one element at a time. A block of 128 columns takes 16 counters, one a lane; word and half of a counter
    /// serve columns 16 apart, so that a vector of 16 lanes needs no shuffle.
    constexpr bool keeps(std::uint32_t row, std::uint32_t column) const {
        const auto word = philox({column / 128 * 16 + column % 16, row, site, layer}, key)[column % 64 / 16];
        return (column % 128 < 64 ? word & 0xFFFFu : word >> 16) >= threshold;
    }
};

/// Which element of the bits decides over a query and a key of attention. A row of bits serves one query, or where a sequence has few keys several that
/// follow each other, side by side in a block of 128 columns: bits that nobody reads are not made.
struct attention_bits {
    int span = 128, queries = 1; ///< columns of a query, queries of a block
    std::uint32_t base, heads, head;

    /// `row_base` is the sequence's first row in the batch.
    constexpr attention_bits(std::uint32_t row_base, int all_heads, int this_head, int keys)
        : base(row_base), heads(static_cast<std::uint32_t>(all_heads)), head(static_cast<std::uint32_t>(this_head)) {
        for (; span > 16 && keys <= span / 2; span /= 2) queries *= 2;
    }
    /// Of query i of the sequence.
    constexpr std::uint32_t row(int i) const { return (base + static_cast<std::uint32_t>(i & -queries)) * heads + head; }
    constexpr int column(int i) const { return (i & (queries - 1)) * span; }
};

/// A sequence of numbers for host code (shuffling, initialisation): the seed is the key, the place in the sequence the counter.
class counter_random {
public:
    constexpr counter_random(std::uint64_t seed, stream s, std::uint64_t substream = 0)
        : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
          counter_{0, static_cast<std::uint32_t>(s), static_cast<std::uint32_t>(substream), static_cast<std::uint32_t>(substream >> 32)} {}

    constexpr std::uint32_t bits() {
        if (used_ == 4) {
            words_ = philox(counter_, key_);
            ++counter_[0];
            used_ = 0;
        }
        return words_[used_++];
    }
    /// Uniform on 0 .. n-1 without bias; n must be at least 1.
    constexpr std::uint64_t below(std::uint64_t n) {
        const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % n + 1) % n; // largest value that keeps every residue equal
        for (;;) {
            const std::uint64_t high = bits();
            const std::uint64_t v = high << 32 | bits();
            if (v <= limit) return v % n;
        }
    }
    /// Uniform on the open interval (0, 1).
    constexpr double uniform() { return (static_cast<double>(bits()) + 0.5) * 0x1p-32; }
    /// Standard normal by Box and Muller (1958).
    double normal() {
        const double radius = std::sqrt(-2.0 * std::log(uniform())), angle = 6.283185307179586 * uniform();
        return radius * std::cos(angle);
    }

private:
    std::array<std::uint32_t, 2> key_;
    philox_words counter_;
    philox_words words_{};
    unsigned used_ = 4;
};

/// Fisher and Yates' shuffle, the same order on every platform.
template <class Range>
constexpr void shuffle(Range& range, counter_random random) {
    for (std::size_t i = range.size(); i > 1; --i) {
        const auto j = static_cast<std::size_t>(random.below(i));
        auto kept = range[i - 1];
        range[i - 1] = range[j];
        range[j] = kept;
    }
}

} // namespace hone
