// A sum over bytes that tells whether a file is what was written: four lanes of 64 bits, each word
// xor-ed in, multiplied with an odd number and rotated. Every such step maps words to words one to
// one, so a change inside one word is always found; any other goes unseen with a chance of 2^-64.
// It does not hold against somebody who means to deceive. Cost: below a read of the bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace hone {

class checksum {
public:
    /// More bytes; how they are parted into calls does not matter.
    void add(std::span<const std::byte> bytes) {
        size_ += bytes.size();
        if (held_ > 0) {
            const std::size_t n = bytes.size() < block - held_ ? bytes.size() : block - held_;
            if (n > 0) std::memcpy(rest_ + held_, bytes.data(), n);
            held_ += n;
            bytes = bytes.subspan(n);
            if (held_ < block) return;
            mix(rest_);
            held_ = 0;
        }
        for (; bytes.size() >= block; bytes = bytes.subspan(block)) mix(bytes.data());
        if (!bytes.empty()) std::memcpy(rest_, bytes.data(), held_ = bytes.size());
    }
    void add(std::string_view text) {
        add(std::as_bytes(std::span<const char>(text.data(), text.size())));
    }
    /// Of all bytes so far.
    std::uint64_t value() const {
        checksum all = *this;
        std::memset(all.rest_ + held_, 0, block - held_);
        all.mix(all.rest_);
        std::uint64_t sum = size_;
        for (const std::uint64_t lane : all.lane_) sum = turned(sum ^ lane);
        return turned(sum ^ sum >> 32);
    }

private:
    static constexpr std::size_t block = 32;
    static constexpr std::uint64_t turned(std::uint64_t v) {
        return std::rotl(v * 0x9E3779B97F4A7C15u, 29);
    }
    void mix(const std::byte* at) {
        for (std::size_t k = 0; k < 4; ++k) {
            std::uint64_t word;
            std::memcpy(&word, at + 8 * k, 8);
            lane_[k] = turned(lane_[k] ^ word);
        }
    }
    std::uint64_t lane_[4] = {1, 2, 3, 4}, size_ = 0;
    std::byte rest_[block]{};
    std::size_t held_ = 0;
};

/// Of one piece of memory.
inline std::uint64_t checksum_of(std::span<const std::byte> bytes) {
    checksum sum;
    sum.add(bytes);
    return sum.value();
}

} // namespace hone
