// Words that may stand for each other, from a user's file (a group of synonyms a line, parted by tabs or commas) or from WordNet's data files
// (data.noun, data.verb, data.adj, data.adv: a synset a line; Fellbaum, 1998).
// Cost: a string a word and group; looking up is a binary search.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/encoding.hpp"
#include "hone/file/error.hpp"
#include "hone/file/file.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Groups of synonyms. Words are looked up without ASCII's capitals.
class synonym_table {
public:
    void add_group(std::vector<std::string> words) {
        if (words.size() < 2) return;
        for (const auto& word : words) entries_.push_back({lower(word), groups_.size()});
        groups_.push_back(std::move(words));
        sorted_ = false;
    }
    std::size_t groups() const { return groups_.size(); }
    /// The words that share a group with `word`, in the order of the groups, at most 64; without itself.
    std::vector<std::string_view> of(std::string_view word) const {
        const std::string wanted = lower(word);
        const auto begin = std::lower_bound(entries_.begin(), entries_.end(), wanted,
                                            [](const entry& e, const std::string& w) { return e.word < w; });
        std::vector<std::string_view> found;
        for (auto at = begin; at != entries_.end() && at->word == wanted && found.size() < 64; ++at)
            for (const auto& other : groups_[at->group])
                if (found.size() < 64 && lower(other) != wanted && std::find(found.begin(), found.end(), other) == found.end()) found.push_back(other);
        return found;
    }
    /// Makes looking up possible after groups were added.
    void finish() {
        if (!sorted_) put_in_order(entries_, [](const entry& a, const entry& b) { return a.word < b.word; });
        sorted_ = true;
    }
    static std::string lower(std::string_view word) {
        std::string out(word);
        for (char& c : out)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return out;
    }

private:
    struct entry {
        std::string word;
        std::size_t group;
    };
    std::vector<std::vector<std::string>> groups_;
    std::vector<entry> entries_;
    bool sorted_ = true;
};

namespace detail {

inline std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    return first == text.npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// A line of a user's file.
inline std::vector<std::string> synonym_group(std::string_view line) {
    const char separator = line.find('\t') != line.npos ? '\t' : ',';
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find(separator, begin), line.size());
        if (const auto word = trimmed(line.substr(begin, end - begin)); !word.empty()) words.emplace_back(word);
        begin = end + 1;
    }
    return words;
}

/// A line of WordNet: offset, file, type, the number of words in two hexadecimal digits, then words and their numbers in turn.
inline std::vector<std::string> synset(std::string_view line, place_view at) {
    const auto field = [&]() {
        const auto end = std::min(line.find(' '), line.size());
        const auto word = line.substr(0, end);
        line.remove_prefix(std::min(end + 1, line.size()));
        return word;
    };
    field(), field(), field();
    const auto count = field();
    int words = 0;
    for (const char c : count) words = words * 16 + (c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 1000);
    if (count.size() != 2 || words < 1 || words > 255)
        throw error("data.synset", "a line that is no synset of WordNet", at, "offset, file, type, two hexadecimal digits, words", in_quotes(count, 32));
    std::vector<std::string> found;
    for (int k = 0; k < words; ++k) {
        std::string word(field().substr(0, 128));
        field();
        word = word.substr(0, word.find('(')); // a marker of adjectives: galore(ip)
        std::replace(word.begin(), word.end(), '_', ' ');
        if (!word.empty()) found.push_back(std::move(word));
    }
    return found;
}

} // namespace detail

/// Reads text that is in memory: WordNet's where its first line begins with two blanks (its licence does). Errors: those of text_of; data.synset.
inline synonym_table parse_synonyms(std::string_view bytes, const std::string& file) {
    const auto content = text_of(bytes, file);
    const bool wordnet = content.starts_with("  ");
    synonym_table table;
    std::int64_t line = 0;
    for (std::size_t begin = 0, end = 0; begin < content.size(); begin = end + 1) {
        end = std::min(content.find('\n', begin), content.size());
        const auto row = content.substr(begin, end - begin);
        ++line;
        if (row.empty() || row.starts_with('#') || (wordnet && row.starts_with("  "))) continue;
        table.add_group(wordnet ? detail::synset(row, {.file = file, .line = line}) : detail::synonym_group(row));
    }
    table.finish();
    return table;
}
/// Reads a file.
inline synonym_table synonyms(const std::string& path) { return parse_synonyms(read_file(path), path); }

} // namespace hone
HONE_COMPACT_END
