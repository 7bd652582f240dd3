// Labels: names in the file, numbers in the model. Numbers are given in the sorted order of the names (by code point, which for UTF-8 is
// the order of the bytes), so that two programs that see the same lines agree. Also the two listings that catch most mistakes in a label
// column: labels with hardly any lines, and labels that are nearly the same.
// Cost: a binary search a look-up; `similar_labels` compares every pair once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/data/table.hpp"
#include "hone/file/nearest.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Names of labels and their numbers 0 .. size() - 1.
class label_map {
public:
    label_map() = default;
    /// Keeps the given order, as a saved folder's `id2label` asks. Error: data.duplicate_label.
    explicit label_map(std::vector<std::string> names) : names_(std::move(names)) {
        for (std::size_t i = 0; i < names_.size(); ++i) sorted_.push_back(static_cast<std::int32_t>(i));
        put_in_order(sorted_, [&](auto a, auto b) { return (*this)[a] < (*this)[b]; });
        for (std::size_t i = 1; i < sorted_.size(); ++i)
            if ((*this)[sorted_[i - 1]] == (*this)[sorted_[i]])
                throw error("data.duplicate_label", "two labels of one name", {.name = (*this)[sorted_[i]]}, "one",
                            {"numbers ", std::min(sorted_[i - 1], sorted_[i]), " and ", std::max(sorted_[i - 1], sorted_[i])});
    }
    /// The labels of these tables together, sorted.
    static label_map of(std::initializer_list<const text_table*> tables) {
        std::vector<std::string> names;
        for (const auto* table : tables) names.insert(names.end(), table->label.begin(), table->label.end());
        put_in_order(names, [](const std::string& a, const std::string& b) { return a < b; });
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return label_map(std::move(names));
    }
    static label_map of(const text_table& table) { return of({&table}); }

    int size() const { return static_cast<int>(names_.size()); }
    const std::vector<std::string>& names() const { return names_; }
    /// Error: data.label_range.
    const std::string& name(std::int32_t id) const {
        if (id < 0 || id >= size())
            throw error("data.label_range", "a label's number outside the map", {}, {"0 to ", size() - 1}, id);
        return (*this)[id];
    }
    /// -1 where there is no such label.
    std::int32_t find(std::string_view name) const {
        const auto at =
            std::lower_bound(sorted_.begin(), sorted_.end(), name, [&](auto id, std::string_view n) { return (*this)[id] < n; });
        return at != sorted_.end() && (*this)[*at] == name ? *at : -1;
    }
    /// Error: data.unknown_label, with the nearest names.
    std::int32_t id(std::string_view name, place_view where = {}) const {
        const auto found = find(name);
        if (found < 0)
            throw error("data.unknown_label", "a label that training does not know", where,
                        {"one of ", size(), " labels, the nearest ", nearest_names(name, names_)}, in_quotes(name, 128));
        return found;
    }

private:
    const std::string& operator[](std::int32_t id) const { return names_[static_cast<std::size_t>(id)]; }
    std::vector<std::string> names_;
    std::vector<std::int32_t> sorted_; // numbers in the order of their names
};

/// A label and the number of lines that carry it.
struct label_count {
    std::string name;
    std::int64_t lines;
};

/// How many lines each label of the table has, sorted by name.
inline std::vector<label_count> count_labels(const text_table& table) {
    auto names = table.label;
    put_in_order(names, [](const std::string& a, const std::string& b) { return a < b; });
    std::vector<label_count> counts;
    for (auto& name : names) {
        if (counts.empty() || counts.back().name != name) counts.push_back({std::move(name), 0});
        ++counts.back().lines;
    }
    return counts;
}

/// The labels with fewer than `least` lines, rarest first.
inline std::vector<label_count> rare_labels(const text_table& table, std::int64_t least) {
    auto counts = count_labels(table);
    std::erase_if(counts, [&](const label_count& c) { return c.lines >= least; });
    put_in_order(counts, [](const label_count& a, const label_count& b) { return a.lines < b.lines; });
    return counts;
}

/// Two labels that may have been meant as one.
struct similar_pair {
    std::string first, second, why; ///< why: "case", "white space" or "one edit"
};

namespace detail {

/// Without the white space and capitals of ASCII.
inline std::string bare(std::string_view name, bool lower) {
    std::string out;
    for (const char c : name)
        if (std::string_view(" \t\r\n\v\f").find(c) == std::string_view::npos)
            out += lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

/// One letter more, less or other. Numbered names ("class 1", "class 2") and names under four bytes are not near each other.
inline bool one_edit(std::string_view a, std::string_view b) {
    if (std::min(a.size(), b.size()) < 4 || std::max(a.size(), b.size()) - std::min(a.size(), b.size()) > 1 || edit_distance(a, b) != 1)
        return false;
    std::size_t same = 0;
    while (same < std::min(a.size(), b.size()) && a[same] == b[same]) ++same;
    const auto digit = [&](std::string_view s) { return same < s.size() && s[same] >= '0' && s[same] <= '9'; };
    return !digit(a) && !digit(b);
}

} // namespace detail

/// Pairs of names that differ only in white space, in case (and white space), or by one edit. Expects them sorted; meant for up to a few
/// thousand.
inline std::vector<similar_pair> similar_labels(const std::vector<std::string>& names) {
    std::vector<std::string> exact, lower;
    for (const auto& name : names) {
        exact.push_back(detail::bare(name, false));
        lower.push_back(detail::bare(name, true));
    }
    std::vector<similar_pair> pairs;
    for (std::size_t i = 0; i < names.size(); ++i)
        for (std::size_t j = i + 1; j < names.size(); ++j) {
            const char* why = exact[i] == exact[j]                   ? "white space"
                              : lower[i] == lower[j]                 ? "case"
                              : detail::one_edit(lower[i], lower[j]) ? "one edit"
                                                                     : nullptr;
            if (why) pairs.push_back({names[i], names[j], why});
        }
    return pairs;
}

} // namespace hone
HONE_COMPACT_END
