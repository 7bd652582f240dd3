// What a misspelt pattern may have meant: the path in which every name of the pattern is met best, by edit distance. Used only where something
// is refused, while the program is made.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/meta/name.hpp"

namespace hone {

namespace detail {

constexpr int edits(std::string_view a, std::string_view b) { // Levenshtein 1966
    int row[path_text::capacity + 1]{};
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = static_cast<int>(j);
    for (std::size_t i = 0; i < a.size(); ++i) {
        int diagonal = row[0]++;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const int replaced = diagonal + (a[i] != b[j]), inserted = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;
            diagonal = row[j + 1];
            row[j + 1] = replaced < inserted ? replaced : inserted;
        }
    }
    return row[b.size()];
}

template <class F>
constexpr void each_name(std::string_view path, F f) {
    for (std::size_t at = 0; at <= path.size();) {
        const auto end = path.find('.', at) == path.npos ? path.size() : path.find('.', at);
        f(path.substr(at, end - at));
        at = end + 1;
    }
}

} // namespace detail

/// The path, of those that `path_of` gives for the entries, in which every name of the pattern is met best.
template <class Entries, class PathOf>
constexpr path_text nearest_path(std::string_view pattern, const Entries& entries, PathOf path_of) {
    path_text best;
    int least = 1 << 30;
    for (const auto& entry : entries) {
        int sum = 0;
        detail::each_name(pattern, [&](std::string_view wanted) {
            int nearest = static_cast<int>(wanted.size());
            if (wanted != "*" && wanted != "**")
                detail::each_name(path_of(entry), [&](std::string_view name) {
                    const int longer = static_cast<int>(name.size()) - static_cast<int>(wanted.size());
                    if (longer < nearest && -longer < nearest && sum + nearest > 0) {
                        const int d = detail::edits(wanted, name);
                        nearest = d < nearest ? d : nearest;
                    }
                });
            sum += nearest;
        });
        if (sum < least) {
            least = sum;
            best = {};
            best.append(path_of(entry));
        }
    }
    return best;
}

/// The text that `Member` of `Holder::found` is, as a template argument.
template <class Holder, auto Member>
constexpr auto as_literal() {
    constexpr int size = (Holder::found.*Member).size;
    char data[static_cast<std::size_t>(size) + 1]{};
    for (int i = 0; i < size; ++i) data[i] = (Holder::found.*Member).data[i];
    return literal(data);
}

} // namespace hone
