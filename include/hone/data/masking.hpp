// Which tokens are hidden for a model to find again (Devlin et al., 2018): 15 % of the tokens of a sequence, special ones never; of these 80 % become
// [MASK], 10 % any word of the vocabulary, 10 % stay. With whole words the pieces of a word are hidden together. What is drawn is a pure function
// of (seed, epoch, sequence): a new draw each epoch, whatever stands beside the sequence in its batch.
// Cost: a few random numbers a hidden token.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How tokens are hidden.
struct masking {
    enum class word : unsigned char { begins, continues, special };

    double share = 0.15, masked = 0.8, random = 0.1; ///< of the tokens; of these; of these
    bool whole_words = false;
    std::size_t most = std::numeric_limits<std::size_t>::max(); ///< of a sequence
    std::uint64_t seed = 0;
    std::int32_t mask_token = -1;
    std::vector<word> words; ///< by id: what is not special may be hidden

    /// How many of so many tokens are hidden: the share, rounded, and one at least.
    std::size_t count(std::size_t tokens) const {
        if (tokens == 0) return 0;
        return std::min(most, std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(tokens) + 0.5)));
    }
    /// Tokens of a sequence that may be hidden.
    std::size_t candidates(std::span<const std::int32_t> ids) const {
        std::size_t n = 0;
        for (const auto id : ids) n += kind(id) != word::special;
        return n;
    }
    /// What an id is; special where it is beyond the vocabulary.
    word kind(std::int32_t id) const {
        return id < 0 || static_cast<std::size_t>(id) >= words.size() ? word::special : words[static_cast<std::size_t>(id)];
    }
    /// Errors: data.masking for shares that are none, or without a mask token.
    void check() const {
        if (!(share > 0 && share <= 1) || !(masked >= 0) || !(random >= 0) || !(masked + random <= 1) || most == 0)
            throw error("data.masking", "shares that cannot be", {}, "share above 0, masked + random at most 1",
                        std::to_string(share) + ", " + std::to_string(masked) + ", " + std::to_string(random));
        if (mask_token < 0 || static_cast<std::size_t>(mask_token) >= words.size())
            throw error("data.masking", "a vocabulary without a mask token", {}, {"an id below ", words.size()}, mask_token);
    }
};

/// Something that knows which of its ids are special and which go on with a word.
template <class Tokenizer>
concept masking_tokenizer = requires(const Tokenizer& tokenizer, std::int32_t id) {
    { tokenizer.size() } -> std::convertible_to<std::size_t>;
    { tokenizer.continues_word(id) } -> std::convertible_to<bool>;
    { tokenizer.mask() } -> std::convertible_to<std::int32_t>;
    tokenizer.cls(), tokenizer.sep(), tokenizer.pad(), tokenizer.unk();
};

/// The masking of a tokenizer's vocabulary, with the published shares. Error: data.masking where it has no mask token.
template <masking_tokenizer Tokenizer>
masking masking_of(const Tokenizer& tokenizer, std::uint64_t seed = 0) {
    masking how;
    how.seed = seed;
    how.mask_token = tokenizer.mask();
    how.words.resize(tokenizer.size(), masking::word::begins);
    for (std::size_t i = 0; i < how.words.size(); ++i)
        if (tokenizer.continues_word(static_cast<std::int32_t>(i))) how.words[i] = masking::word::continues;
    for (const std::int32_t id : {tokenizer.cls(), tokenizer.sep(), tokenizer.pad(), tokenizer.unk(), tokenizer.mask()})
        if (id >= 0) how.words[static_cast<std::size_t>(id)] = masking::word::special;
    how.check();
    return how;
}

/// Room for drawing, so that none is taken anew.
struct masking_room {
    std::vector<std::int32_t> words, rows; ///< where each word begins among `rows`, with the end; tokens that may be hidden
};

/// Hides tokens of `ids` (all of a sequence) in place. Appends their rows, counted from `first_row`, in ascending order, and what they were.
inline void hide(const masking& how, std::uint64_t epoch, std::uint64_t sequence, std::span<std::int32_t> ids, std::int32_t first_row,
                 std::vector<std::int32_t>& picked, std::vector<std::int32_t>& labels, masking_room& room) {
    room.words.clear();
    room.rows.clear();
    bool joins = false; // does a piece that goes on belong to a word that is there?
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto kind = how.kind(ids[i]);
        if (kind != masking::word::special) {
            if (!how.whole_words || kind == masking::word::begins || !joins) room.words.push_back(static_cast<std::int32_t>(room.rows.size()));
            room.rows.push_back(static_cast<std::int32_t>(i));
        }
        joins = kind != masking::word::special;
    }
    const std::size_t words = room.words.size(), wanted = how.count(room.rows.size()), begin = picked.size();
    const auto end_of = [&](std::int32_t first) { // of the word that begins there
        const auto at = static_cast<std::size_t>(first) + 1;
        if (!how.whole_words) return static_cast<std::int32_t>(at);
        std::size_t end = at;
        while (end < room.rows.size() && room.rows[end] == room.rows[end - 1] + 1 &&
               how.kind(ids[static_cast<std::size_t>(room.rows[end])]) == masking::word::continues)
            ++end;
        return static_cast<std::int32_t>(end);
    };
    counter_random random(how.seed, stream::mask, epoch << 32 | (sequence & 0xFFFFFFFF));
    std::int32_t first_drawn = -1;
    for (std::size_t k = 0; k < words && picked.size() - begin < wanted; ++k) {
        std::swap(room.words[k], room.words[k + static_cast<std::size_t>(random.below(words - k))]);
        const std::int32_t first = room.words[k], end = end_of(first);
        if (first_drawn < 0) first_drawn = first;
        if (picked.size() - begin + static_cast<std::size_t>(end - first) > wanted) continue; // too long a word
        for (auto r = first; r < end; ++r) picked.push_back(room.rows[static_cast<std::size_t>(r)]);
    }
    if (picked.size() == begin && first_drawn >= 0) // every word is longer than what may be hidden: the first one drawn, as far as it may
        for (std::size_t r = 0; r < wanted; ++r) picked.push_back(room.rows[static_cast<std::size_t>(first_drawn) + r]);
    std::sort(picked.begin() + static_cast<std::ptrdiff_t>(begin), picked.end());
    for (std::size_t k = begin; k < picked.size(); ++k) {
        auto& id = ids[static_cast<std::size_t>(picked[k])];
        labels.push_back(id);
        const double chance = random.uniform();
        if (chance < how.masked)
            id = how.mask_token;
        else if (chance < how.masked + how.random)
            id = static_cast<std::int32_t>(random.below(how.words.size()));
        picked[k] += first_row;
    }
}

} // namespace hone
HONE_COMPACT_END
