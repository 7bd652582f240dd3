// Labels: names in the file, numbers in the model. Numbers are given in the sorted order of the names (by code point, which for UTF-8 is
// the order of the bytes), so that two programs that see the same lines agree; names that are all whole numbers, or all `LABEL_k`, are in the
// order of these numbers. Also the labels with hardly any lines, which are often mistakes.
// Cost: a binary search a look-up.
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

namespace detail {

/// The number of a label that is a whole number, or of `LABEL_k`; false for any other name.
inline bool label_number(std::string_view name, std::string_view before, std::int64_t& number) {
    if (!name.starts_with(before)) return false;
    name.remove_prefix(before.size());
    const bool negative = before.empty() && name.starts_with('-');
    if (negative) name.remove_prefix(1);
    if (name.empty() || name.size() > 18) return false;
    number = 0;
    for (const char digit : name) {
        if (digit < '0' || digit > '9') return false;
        number = 10 * number + (digit - '0');
    }
    if (negative) number = -number;
    return true;
}

/// Sorts names of labels and leaves each once: as numbers where all are, else by code point.
inline std::vector<std::string> sorted_labels(std::vector<std::string> names) {
    put_in_order(names, [](const std::string& a, const std::string& b) { return a < b; });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string_view before : {std::string_view(), std::string_view("LABEL_")}) {
        std::int64_t x = 0, y = 0;
        if (!std::all_of(names.begin(), names.end(), [&](const std::string& name) { return label_number(name, before, x); })) continue;
        put_in_order(names, [&](const std::string& a, const std::string& b) {
            return label_number(a, before, x) && label_number(b, before, y) && x < y;
        });
    }
    return names;
}

} // namespace detail

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
        return sorted(std::move(names));
    }
    static label_map of(const text_table& table) { return of({&table}); }
    /// These names in their order, each once.
    static label_map sorted(std::vector<std::string> names) { return label_map(detail::sorted_labels(std::move(names))); }

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

} // namespace hone
HONE_COMPACT_END
