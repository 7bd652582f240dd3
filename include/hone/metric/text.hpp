// Texts as the metrics' references read them: Python's lower(), its white space, and n-grams of
// characters or words.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/file/utf8.hpp"
#include "hone/metric/letters.hpp"
#include "hone/tokens/unicode.hpp"

namespace hone {

namespace detail {

/// Is the capital sigma at `at` the last letter of a word? What is no letter by itself
/// (apostrophes, accents) is looked through.
inline bool ends_word(std::string_view text, std::size_t at, std::size_t bytes) {
    std::size_t before = at;
    bool letter = false;
    while (before > 0) {
        const auto c = unicode::decode_before(text, before);
        before -= c.bytes;
        if (unicode::within(unicode::case_ignorable, c.scalar)) continue;
        letter = unicode::within(unicode::cased, c.scalar);
        break;
    }
    if (!letter) return false;
    for (std::size_t after = at + bytes; after < text.size();) {
        const auto c = unicode::decode(text, after);
        if (!unicode::within(unicode::case_ignorable, c.scalar))
            return !unicode::within(unicode::cased, c.scalar);
        after += c.bytes;
    }
    return true;
}

} // namespace detail

/// Lower case; bytes that are no UTF-8 stay.
inline std::string lower_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        if (const char c = text[at]; static_cast<unsigned char>(c) < 0x80) {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            ++at;
            continue;
        }
        const auto c = unicode::decode(text, at);
        if (c.scalar == 0x130) // a capital I with a dot becomes two characters
            out += "i\xCC\x87";
        else if (c.scalar == 0x3A3)
            append_utf8(out, detail::ends_word(text, at, c.bytes) ? 0x3C2u : 0x3C3u);
        else if (const auto lower = unicode::lower(c.scalar); lower != c.scalar)
            append_utf8(out, static_cast<unsigned>(lower));
        else out.append(text, at, c.bytes);
        at += c.bytes;
    }
    return out;
}

/// White space as Python's split() has it.
inline bool parts_words(char32_t c) {
    if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
    return unicode::is_white_space(c);
}

/// What stands between white space.
inline std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto c = unicode::decode(text, at);
        if (parts_words(c.scalar)) {
            if (at > begin) words.push_back(text.substr(begin, at - begin));
            begin = at + c.bytes;
        }
        at += c.bytes;
    }
    if (begin < text.size()) words.push_back(text.substr(begin));
    return words;
}

/// A text in units, characters or words, that stand in a row: a run of units is a part of the text.
struct text_units {
    std::string text;
    std::vector<std::size_t> begin, end;

    std::size_t size() const { return begin.size(); }
    void append(std::string_view unit) {
        begin.push_back(text.size());
        text += unit;
        end.push_back(text.size());
    }
};

/// The characters without white space.
inline text_units characters_in_a_row(std::string_view text) {
    text_units units;
    for (std::size_t at = 0; at < text.size();) {
        const auto c = unicode::decode(text, at);
        if (!parts_words(c.scalar)) units.append(text.substr(at, c.bytes));
        at += c.bytes;
    }
    return units;
}

/// Words, which hold no blank.
template <class Word>
text_units words_in_a_row(const std::vector<Word>& words) {
    text_units units;
    for (const auto& word : words) {
        if (units.size() > 0) units.text += ' ';
        units.append(word);
    }
    return units;
}

/// A run of units, which refers to the text, and how often it occurs.
struct ngram {
    std::string_view text;
    std::int64_t count;
};

/// The different runs of `n` units, sorted. Cost: a sort of them.
inline std::vector<ngram> ngrams_of(const text_units& units, std::size_t n) {
    std::vector<ngram> found;
    if (n == 0 || units.size() < n) return found;
    const auto run = [&](std::size_t i) {
        return std::string_view(units.text)
            .substr(units.begin[i], units.end[i + n - 1] - units.begin[i]);
    };
    for (const auto i : order_of(units.size() - n + 1,
                                 [&](std::size_t a, std::size_t b) { return run(a) < run(b); })) {
        if (found.empty() || found.back().text != run(i)) found.push_back({run(i), 0});
        ++found.back().count;
    }
    return found;
}

/// Calls `visit(text, count in a, count in b)` for each run of either.
template <class Visit>
void each_ngram(std::span<const ngram> a, std::span<const ngram> b, const Visit& visit) {
    for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
        const int order = i == a.size() ? 1 : j == b.size() ? -1 : a[i].text.compare(b[j].text);
        visit(order <= 0 ? a[i].text : b[j].text, order <= 0 ? a[i].count : 0,
              order >= 0 ? b[j].count : 0);
        i += order <= 0;
        j += order >= 0;
    }
}

/// How many runs both have, each as often as in the one that has fewer.
inline std::int64_t common_ngrams(std::span<const ngram> a, std::span<const ngram> b) {
    std::int64_t common = 0;
    each_ngram(a, b, [&](std::string_view, std::int64_t in_a, std::int64_t in_b) {
        common += std::min(in_a, in_b);
    });
    return common;
}

} // namespace hone
