// Porter's stemmer (An algorithm for suffix stripping, 1980) with the extensions of nltk's
// PorterStemmer, which rouge-score and nltk's METEOR use: words of one or two letters stay, "dies"
// and "died" become "die", y becomes i only behind a consonant, a few words are looked up. Cost:
// linear in the word.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hone/file/utf8.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tokens/unicode.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// A word on its way through the steps. Letters are characters, so that lengths are those of the
/// word as it is read.
class porter_word {
public:
    explicit porter_word(std::string_view word) {
        for (std::size_t at = 0; at < word.size();) {
            const auto c = unicode::decode(word, at);
            letters_ += c.scalar;
            at += c.bytes;
        }
    }
    std::string text() const {
        std::string out;
        for (const auto c : letters_) append_utf8(out, static_cast<unsigned>(c));
        return out;
    }
    std::size_t size() const { return letters_.size(); }
    void steps() {
        plural();
        past();
        if (ends("y") && size() > 2 && consonant(size() - 2)) become(1, "i");
        double_suffix();
        replace({{"icate", "ic"},
                 {"ative", ""},
                 {"alize", "al"},
                 {"iciti", "ic"},
                 {"ical", "ic"},
                 {"ful", ""},
                 {"ness", ""}},
                0);
        suffix();
        last();
    }

private:
    struct rule {
        std::string_view suffix, by;
    };

    bool ends(std::string_view suffix) const {
        if (suffix.size() > size()) return false;
        for (std::size_t i = 0; i < suffix.size(); ++i)
            if (letters_[size() - suffix.size() + i] != static_cast<unsigned char>(suffix[i]))
                return false;
        return true;
    }
    void become(std::size_t less, std::string_view by) {
        letters_.resize(size() - less);
        for (const char c : by) letters_ += static_cast<unsigned char>(c);
    }
    static bool vowel(char32_t c) {
        return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u';
    }
    /// A y is a consonant at the beginning and behind a vowel.
    bool consonant(std::size_t at) const {
        std::size_t ys = 0;
        while (at > ys && letters_[at - ys] == 'y') ++ys;
        return vowel(letters_[at - ys]) == (ys % 2 == 1);
    }
    /// How often a vowel stands before a consonant in the first `size` letters.
    std::size_t measure(std::size_t size) const {
        std::size_t times = 0;
        bool before = true;
        for (std::size_t i = 0; i < size; ++i) {
            const bool now = letters_[i] == 'y' ? i == 0 || !before : !vowel(letters_[i]);
            times += now && !before;
            before = now;
        }
        return times;
    }
    bool has_vowel(std::size_t size) const {
        for (std::size_t i = 0; i < size; ++i)
            if (!consonant(i)) return true; // at the latest behind two letters of a run of y
        return false;
    }
    /// Consonant, vowel, consonant at the end, the last no w, x or y; of two letters: vowel,
    /// consonant.
    bool short_end(std::size_t size) const {
        if (size == 2) return !consonant(0) && consonant(1);
        if (size < 3 || !consonant(size - 3) || consonant(size - 2) || !consonant(size - 1))
            return false;
        const auto c = letters_[size - 1];
        return c != 'w' && c != 'x' && c != 'y';
    }
    bool ends_twice() const {
        return size() >= 2 && letters_[size() - 1] == letters_[size() - 2] && consonant(size() - 1);
    }

    /// The first rule whose suffix is there decides: it is applied where enough is left before it.
    void replace(std::initializer_list<rule> rules, std::size_t more_than) {
        for (const auto& r : rules) {
            if (!ends(r.suffix)) continue;
            if (measure(size() - r.suffix.size()) > more_than) become(r.suffix.size(), r.by);
            return;
        }
    }
    void plural() {
        if (ends("ies")) become(3, size() == 4 ? "ie" : "i");
        else if (ends("sses")) become(2, "");
        else if (ends("s") && !ends("ss")) become(1, "");
    }
    void past() {
        if (ends("ied")) return become(3, size() == 4 ? "ie" : "i");
        if (ends("eed")) {
            if (measure(size() - 3) > 0) become(1, "");
            return;
        }
        const std::size_t cut = ends("ed") ? 2 : ends("ing") ? 3 : 0;
        if (cut == 0 || !has_vowel(size() - cut)) return;
        become(cut, "");
        if (ends("at") || ends("bl") || ends("iz")) become(0, "e");
        else if (ends_twice()) become(ends("l") || ends("s") || ends("z") ? 0 : 1, "");
        else if (measure(size()) == 1 && short_end(size())) become(0, "e");
    }
    void double_suffix() {
        while (ends("alli") && measure(size() - 4) > 0) become(2, "");
        if (ends("logi") && measure(size() - 3) > 0) return become(1, "");
        replace({{"ational", "ate"}, {"tional", "tion"}, {"enci", "ence"},   {"anci", "ance"},
                 {"izer", "ize"},    {"bli", "ble"},     {"alli", "al"},     {"entli", "ent"},
                 {"eli", "e"},       {"ousli", "ous"},   {"ization", "ize"}, {"ation", "ate"},
                 {"ator", "ate"},    {"alism", "al"},    {"iveness", "ive"}, {"fulness", "ful"},
                 {"ousness", "ous"}, {"aliti", "al"},    {"iviti", "ive"},   {"biliti", "ble"},
                 {"fulli", "ful"}},
                0);
    }
    void suffix() {
        if (ends("ion")) { // no other suffix of this step ends so
            const auto before = size() > 3 ? letters_[size() - 4] : U' ';
            if ((before == 's' || before == 't') && measure(size() - 3) > 1) become(3, "");
            return;
        }
        replace({{"al", ""},
                 {"ance", ""},
                 {"ence", ""},
                 {"er", ""},
                 {"ic", ""},
                 {"able", ""},
                 {"ible", ""},
                 {"ant", ""},
                 {"ement", ""},
                 {"ment", ""},
                 {"ent", ""},
                 {"ou", ""},
                 {"ism", ""},
                 {"ate", ""},
                 {"iti", ""},
                 {"ous", ""},
                 {"ive", ""},
                 {"ize", ""}},
                1);
    }
    void last() {
        if (ends("e")) {
            const auto m = measure(size() - 1);
            if (m > 1 || (m == 1 && !short_end(size() - 1))) become(1, "");
        }
        if (ends("ll") && measure(size() - 1) > 1) become(1, "");
    }
    std::u32string letters_;
};

/// The words that nltk looks up.
inline std::string_view irregular_stem(std::string_view word) {
    constexpr std::pair<std::string_view, std::string_view> known[] = {
        {"sky", "sky"},        {"skies", "sky"},        {"dying", "die"},
        {"lying", "lie"},      {"tying", "tie"},        {"news", "news"},
        {"innings", "inning"}, {"inning", "inning"},    {"outings", "outing"},
        {"outing", "outing"},  {"cannings", "canning"}, {"canning", "canning"},
        {"howe", "howe"},      {"proceed", "proceed"},  {"exceed", "exceed"},
        {"succeed", "succeed"}};
    for (const auto& [form, stem] : known)
        if (word == form) return stem;
    return {};
}

} // namespace detail

/// The stem of a word in lower case.
inline std::string porter_stem(std::string_view word) {
    if (const auto stem = detail::irregular_stem(word); !stem.empty()) return std::string(stem);
    detail::porter_word stemmed(word);
    if (stemmed.size() <= 2) return std::string(word);
    stemmed.steps();
    return stemmed.text();
}

} // namespace hone
HONE_COMPACT_END
