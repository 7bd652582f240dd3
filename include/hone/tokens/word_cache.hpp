// What became of the words that a thread met last: a text has few different words, and cutting one
// into pieces costs many times a look here. A word has one place, where the next one of the same
// hash takes its room: nothing grows, and no text makes it slow, only useless.
// Cost: 64 bytes a place, 1 MB a thread that tokenizes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace hone {

/// Short words and their ids, of any number of tokenizers, each with a number of its own from
/// `new_owner`.
class word_cache {
public:
    static constexpr std::size_t longest_word = 24, most_ids = 8;

    static std::uint32_t new_owner() {
        static std::atomic<std::uint32_t> last = 0;
        return ++last;
    }
    /// The cache of this thread.
    static word_cache& of_thread() {
        thread_local word_cache cache;
        return cache;
    }

    /// A word of 1 to `longest_word` bytes, ready to be looked up.
    struct key {
        std::array<std::uint64_t, 3> text{};
        std::uint32_t owner = 0; // nobody
        std::uint8_t size = 0;

        key() = default;
        key(std::uint32_t of, std::string_view word)
            : owner(of), size(static_cast<std::uint8_t>(word.size())) {
            std::memcpy(text.data(), word.data(), word.size());
        }
        std::size_t place() const {
            std::uint64_t sum = text[0] * 0x9E3779B97F4A7C15u + size + (std::uint64_t{owner} << 8);
            sum = (sum ^ sum >> 29 ^ text[1]) * 0xBF58476D1CE4E5B9u;
            sum = (sum ^ sum >> 32 ^ text[2]) * 0x94D049BB133111EBu;
            return static_cast<std::size_t>(sum >> (64 - bits));
        }
    };

    /// Appends the ids of a word, if they are here.
    bool find(const key& word, std::vector<std::int32_t>& ids) const {
        const entry& at = entries_[word.place()];
        if (at.text != word.text || at.owner != word.owner || at.size != word.size) return false;
        ids.insert(ids.end(), at.ids.begin(), at.ids.begin() + at.count);
        return true;
    }
    /// Keeps them, if they are not too many.
    void keep(const key& word, const std::int32_t* ids, std::size_t count) {
        if (count > most_ids) return;
        entry& at = entries_[word.place()];
        at.text = word.text;
        at.owner = word.owner;
        at.size = word.size;
        at.count = static_cast<std::uint8_t>(count);
        std::memcpy(at.ids.data(), ids, count * sizeof *ids);
    }

private:
    static constexpr int bits = 14;
    struct entry {
        std::array<std::uint64_t, 3> text{};
        std::uint32_t owner = 0;
        std::uint8_t size = 0, count = 0;
        std::array<std::int32_t, most_ids> ids{};
    };
    static_assert(sizeof(entry) == 64);
    std::vector<entry> entries_ = std::vector<entry>(std::size_t{1} << bits);
};

} // namespace hone
