// More texts from those that are there ("easy data augmentation", Wei and Zou, 2019): words replaced by synonyms, synonyms put in at random places,
// words swapped, words left out. A text has the same label as the one that it was made of. What is drawn is a function of (seed, row, copy).
// Cost: a few random numbers and look-ups a word.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/synonyms.hpp"
#include "hone/data/table.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How texts are changed: each a share of a text's words (swaps, insertions and replacements: at least one where the share is above 0).
struct augmentation {
    double replace = 0, insert = 0, swap = 0, remove = 0;
    int copies = 1; ///< of each text
    std::uint64_t seed = 0;
};

namespace detail {

/// Words parted by blanks and the like; punctuation stays with its word.
inline std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; (at = text.find_first_not_of(" \t\r\n", at)) != text.npos;) {
        const auto end = std::min(text.find_first_of(" \t\r\n", at), text.size());
        words.emplace_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

/// A synonym of a word with its punctuation around it and its capital; empty where there is none.
inline std::string other_word(const std::string& word, const synonym_table& synonyms, counter_random& random) {
    constexpr std::string_view marks = ".,;:!?\"'()[]";
    const auto first = word.find_first_not_of(marks);
    if (first == word.npos) return {};
    const auto last = word.find_last_not_of(marks);
    const auto found = synonyms.of(std::string_view(word).substr(first, last - first + 1));
    if (found.empty()) return {};
    std::string other(found[static_cast<std::size_t>(random.below(found.size()))]);
    if (word[first] >= 'A' && word[first] <= 'Z' && other[0] >= 'a' && other[0] <= 'z') other[0] = static_cast<char>(other[0] - 'a' + 'A');
    return word.substr(0, first) + other + word.substr(last + 1);
}

} // namespace detail

/// One changed text; the text itself where nothing can be changed. Words of the result are parted by single blanks.
inline std::string augmented(std::string_view text, const augmentation& how, const synonym_table& synonyms, counter_random random) {
    auto words = detail::words_in(text);
    const auto times = [&](double share) {
        return share > 0 && !words.empty() ? std::max<std::size_t>(1, static_cast<std::size_t>(share * static_cast<double>(words.size()))) : 0;
    };
    const auto any = [&] { return static_cast<std::size_t>(random.below(words.size())); };
    const std::size_t replaced = times(how.replace), inserted = times(how.insert), swapped = times(how.swap);
    std::vector<std::size_t> order(words.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (std::size_t k = 0, done = 0; k < order.size() && done < replaced; ++k) { // in a random order, each word once
        std::swap(order[k], order[k + static_cast<std::size_t>(random.below(order.size() - k))]);
        auto other = detail::other_word(words[order[k]], synonyms, random);
        if (other.empty()) continue;
        words[order[k]] = std::move(other);
        ++done;
    }
    for (std::size_t k = 0; k < inserted; ++k)
        for (int attempt = 0; attempt < 10; ++attempt) { // not every word has a synonym
            auto other = detail::other_word(words[any()], synonyms, random);
            if (other.empty()) continue;
            words.insert(words.begin() + static_cast<std::ptrdiff_t>(random.below(words.size() + 1)), std::move(other));
            break;
        }
    for (std::size_t k = 0; k < swapped && words.size() > 1; ++k) {
        const std::size_t a = any(), b = (a + 1 + static_cast<std::size_t>(random.below(words.size() - 1))) % words.size();
        std::swap(words[a], words[b]);
    }
    if (how.remove > 0 && words.size() > 1) {
        const auto kept = words[any()];
        std::erase_if(words, [&](const std::string&) { return random.uniform() < how.remove; });
        if (words.empty()) words.push_back(kept);
    }
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

/// A table with the rows of `table` and, behind each, its changed copies (the second text of a pair is changed too). Rows keep the line that
/// they came from.
inline text_table augment(const text_table& table, const augmentation& how, const synonym_table& synonyms = {}) {
    text_table result;
    result.file = table.file;
    result.notices = table.notices;
    for (std::size_t i = 0; i < table.size(); ++i) {
        detail::append_row(result, table, i);
        for (int copy = 0; copy < how.copies; ++copy) {
            detail::append_row(result, table, i);
            const auto draw = [&](std::uint64_t which) {
                return counter_random(how.seed, stream::augment, (static_cast<std::uint64_t>(copy) * 2 + which) << 40 | i);
            };
            result.text.back() = augmented(table.text[i], how, synonyms, draw(0));
            if (table.paired()) result.second.back() = augmented(table.second[i], how, synonyms, draw(1));
        }
    }
    return result;
}

} // namespace hone
HONE_COMPACT_END
