// Normal form C: what can be one character is one (the Unicode standard, 3.11), as Python's
// `tokenizers` does it. Most texts are in it already, and a pass that asks one bit a character says
// so; only where it may not be are characters taken apart, put in the order of their classes and
// put together again, from one that nothing before it can change to the next. Bytes that are not
// UTF-8 stay as they are.
// Cost: one pass; marks in a row are sorted.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/file/utf8.hpp"
#include "hone/tokens/unicode.hpp"
#include "hone/tokens/unicode_composition.hpp"
#include "hone/tokens/unicode_decomposition.hpp"

namespace hone {

/// The normalizer; without state.
class nfc_normalizer {
public:
    /// The normalized text: `text` itself where it is in the form, else what is written over `out`.
    static std::string_view normalize(std::string_view text, std::string& out) {
        constexpr char32_t first_changed = 0x300;
        std::size_t base = 0; // of the character before, on which what follows may act
        std::size_t done = 0;
        bool changed = false;
        for (std::size_t at = 0, bytes = 0; at < text.size(); at += bytes) {
            if (static_cast<unsigned char>(text[at]) < 0xCC) { // below U+0300, or no character
                bytes = std::max<std::size_t>(1, utf8_length(text, at));
                base = at;
                continue;
            }
            const auto c = unicode::decode(text, at);
            bytes = c.bytes;
            if (c.scalar < first_changed || !may_change(c.scalar)) {
                base = at;
                continue;
            }
            if (!changed) out.clear();
            changed = true;
            if (at == 0 || base < done) base = done;
            out.append(text, done, base - done);
            done = at;
            for (; done < text.size(); done += unicode::decode(text, done).bytes)
                if (!may_change(unicode::decode(text, done).scalar) || utf8_length(text, done) == 0)
                    break;
            rewrite(text.substr(base, done - base), out);
            bytes = done - at;
            base = done;
        }
        if (!changed) return text;
        out.append(text, done);
        return out;
    }

private:
    /// Whether a character changes alone or together with what stands before it.
    static bool may_change(char32_t c) {
        static const std::vector<bool> table = [] {
            std::vector<bool> made(0x110000);
            for (const auto& range : unicode::combining_classes)
                std::fill(made.begin() + range.first, made.begin() + range.last + 1, true);
            for (const auto& run : unicode::singletons)
                std::fill_n(made.begin() + run.first, run.become.size(), true);
            for (const auto& run : unicode::replaced) made[run.first] = true;
            for (const auto& one : unicode::composites) made[one.second] = true;
            std::fill(made.begin() + vowel, made.begin() + vowel + vowels, true);
            std::fill(made.begin() + tail, made.begin() + tail + tails, true);
            return made;
        }();
        return table[c];
    }

    static void rewrite(std::string_view part, std::string& out) {
        thread_local std::vector<char32_t> characters;
        thread_local std::vector<std::uint64_t> marks; // class, place, scalar
        characters.clear();
        marks.clear();
        const auto settle = [&] {
            if (marks.size() > 1) put_in_order(marks, std::less<>());
            for (const auto mark : marks)
                characters.push_back(static_cast<char32_t>(mark & 0x1FFFFF));
            marks.clear();
        };
        const auto put = [&](char32_t c) {
            if (const std::uint64_t rank = class_of(c))
                return marks.push_back(rank << 56 | std::uint64_t{marks.size()} << 21 | c);
            settle();
            characters.push_back(c);
        };
        for (std::size_t at = 0; at < part.size();) {
            const auto c = unicode::decode(part, at);
            if (utf8_length(part, at) == 0) { // a stray byte, which only stands at the beginning
                out += part[at++];
                continue;
            }
            take_apart(c.scalar, put);
            at += c.bytes;
        }
        settle();
        put_together(characters);
        for (const char32_t c : characters) append_utf8(out, c);
    }

    static unsigned class_of(char32_t c) {
        const auto row = unicode::row_of(unicode::combining_classes, c);
        return row && c <= row->last ? row->rank : 0;
    }

    template <class Put>
    static void take_apart(char32_t c, const Put& put) {
        if (c >= syllable && c < syllable + syllables) {
            const char32_t index = c - syllable, last = index % (tails + 1);
            put(lead + index / (vowels * (tails + 1)));
            put(vowel + index / (tails + 1) % vowels);
            if (last > 0) put(tail + last - 1);
            return;
        }
        char32_t behind[8]; // what is split off the end; no character comes apart into more
        unsigned count = 0;
        for (;;) {
            const auto at = std::lower_bound(
                std::begin(unicode::composites), std::end(unicode::composites), c,
                [](const unicode::composite& one, char32_t x) { return one.whole < x; });
            if (at == std::end(unicode::composites) || at->whole != c || count == std::size(behind))
                break;
            behind[count++] = at->second;
            c = at->first;
        }
        if (const auto row = unicode::row_of(unicode::singletons, c);
            row && c - row->first < row->become.size())
            put(row->become[c - row->first]);
        else if (const auto several = unicode::row_of(unicode::replaced, c);
                 several && c == several->first)
            for (const char32_t part : several->become) put(part);
        else put(c);
        while (count > 0) put(behind[--count]);
    }

    /// The character that two make; 0 where they make none.
    static char32_t composed(char32_t first, char32_t second) {
        if (first >= lead && first < lead + leads && second >= vowel && second < vowel + vowels)
            return syllable + ((first - lead) * vowels + (second - vowel)) * (tails + 1);
        if (first >= syllable && first < syllable + syllables &&
            (first - syllable) % (tails + 1) == 0 && second >= tail && second < tail + tails)
            return first + (second - tail + 1);
        static const std::vector<unicode::composite> by_parts = [] {
            std::vector<unicode::composite> made(std::begin(unicode::composites),
                                                 std::end(unicode::composites));
            put_in_order(made, [](const unicode::composite& a, const unicode::composite& b) {
                return parts(a.first, a.second) < parts(b.first, b.second);
            });
            return made;
        }();
        const auto at = std::lower_bound(by_parts.begin(), by_parts.end(), parts(first, second),
                                         [](const unicode::composite& one, std::uint64_t x) {
                                             return parts(one.first, one.second) < x;
                                         });
        return at != by_parts.end() && parts(at->first, at->second) == parts(first, second)
                   ? at->whole
                   : 0;
    }
    static std::uint64_t parts(char32_t first, char32_t second) {
        return std::uint64_t{first} << 32 | second;
    }

    static void put_together(std::vector<char32_t>& characters) {
        std::size_t kept = 0, starter = 0;
        bool started = false;
        unsigned before = 0; // the class of the last one kept since the starter
        for (const char32_t c : characters) {
            const unsigned rank = class_of(c);
            const bool next_to = kept == starter + 1;
            if (started &&
                (next_to ||
                 before < rank)) // nothing of its class or above, nor a starter, stands between
                if (const char32_t whole = composed(characters[starter], c)) {
                    characters[starter] = whole;
                    continue;
                }
            if (rank == 0) starter = kept, started = true, before = 0;
            else before = rank;
            characters[kept++] = c;
        }
        characters.resize(kept);
    }

    // Hangul (the Unicode standard, 3.12)
    static constexpr char32_t syllable = 0xAC00, syllables = 11172, lead = 0x1100, leads = 19,
                              vowel = 0x1161, vowels = 21, tail = 0x11A8, tails = 27;
};

} // namespace hone
