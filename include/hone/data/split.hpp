// A part set aside where there is no dev file: every label gives its share (largest remainders), chosen by the seed alone, and keeps at
// least one line for training. Also finds the same text standing twice: within a table it counts twice in training, across two it flatters
// the score.
// Cost: a sort of the lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "hone/data/label.hpp"
#include "hone/data/table.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Two tables made from one; both keep the order of the file.
struct split_tables {
    text_table train, dev;
};

/// Sets `share` of the lines aside: round(share * lines), at least one. Errors: data.split_share, data.split_too_small.
inline split_tables stratified_split(const text_table& table, double share = 0.1, std::uint64_t seed = 0) {
    if (!(share > 0 && share < 1))
        throw error("data.split_share", "an impossible share", {.file = table.file}, "between 0 and 1", std::to_string(share));
    struct stratum {
        std::vector<std::size_t> rows;
        std::size_t aside;
        double remainder;
    };
    const auto labels = label_map::of(table);
    std::vector<stratum> strata(static_cast<std::size_t>(std::max(1, labels.size())));
    for (std::size_t i = 0; i < table.size(); ++i)
        strata[table.labelled() ? static_cast<std::size_t>(labels.find(table.label[i])) : 0].rows.push_back(i);

    std::size_t spare = 0, taken = 0;
    for (auto& s : strata) {
        const double quota = share * static_cast<double>(s.rows.size());
        s.aside = static_cast<std::size_t>(quota); // below rows.size(), for share < 1
        s.remainder = quota - static_cast<double>(s.aside);
        spare += s.rows.empty() ? 0 : s.rows.size() - 1;
        taken += s.aside;
    }
    if (spare == 0)
        throw error("data.split_too_small", "nothing can be set aside", {.file = table.file}, "a label with two lines",
                    {"none in ", table.size(), " lines"});
    const auto wanted =
        std::min(spare, std::max<std::size_t>(1, static_cast<std::size_t>(std::floor(share * static_cast<double>(table.size()) + 0.5))));
    while (taken < wanted) { // the largest remainder first, equal ones in the order of the labels
        stratum* next = nullptr;
        for (auto& s : strata)
            if (s.aside + 1 < s.rows.size() && (!next || s.remainder > next->remainder)) next = &s;
        ++next->aside;
        next->remainder -= 1;
        ++taken;
    }

    std::vector<char> aside(table.size());
    for (std::size_t k = 0; k < strata.size(); ++k) {
        shuffle(strata[k].rows, counter_random(seed, stream::split, k));
        for (std::size_t j = 0; j < strata[k].aside; ++j) aside[strata[k].rows[j]] = 1;
    }
    split_tables result;
    result.train.file = result.dev.file = table.file;
    for (std::size_t i = 0; i < table.size(); ++i) detail::append_row(aside[i] ? result.dev : result.train, table, i);
    return result;
}

/// A text that stands at two places; `row` counts from 0.
struct duplicate {
    std::size_t first, second;
    bool same_label;
};

namespace detail {

/// The order of two rows by their texts, the second ones included: below 0, 0 or above.
inline int compare_texts(const text_table& one, std::size_t a, const text_table& other, std::size_t b) {
    const int first = one.text[a].compare(other.text[b]);
    return first != 0 || !one.paired() || !other.paired() ? first : one.second[a].compare(other.second[b]);
}
inline std::vector<std::size_t> rows_by_text(const text_table& table) {
    return order_of(table.size(), [&](std::size_t a, std::size_t b) { return compare_texts(table, a, table, b) < 0; });
}

} // namespace detail

/// Every row whose text stands in an earlier row too, with the first such row; in the order of the file.
inline std::vector<duplicate> duplicates(const text_table& table) {
    const auto rows = detail::rows_by_text(table);
    std::vector<duplicate> found;
    for (std::size_t i = 1, first = 0; i < rows.size(); ++i) {
        if (detail::compare_texts(table, rows[i], table, rows[first]) != 0)
            first = i;
        else
            found.push_back({rows[first], rows[i], !table.labelled() || table.label[rows[first]] == table.label[rows[i]]});
    }
    put_in_order(found, [](const duplicate& a, const duplicate& b) { return a.second < b.second; });
    return found;
}

/// Every row of `other` whose text stands in `train`, with the first such row there.
inline std::vector<duplicate> shared_texts(const text_table& train, const text_table& other) {
    const auto rows = detail::rows_by_text(train);
    std::vector<duplicate> found;
    for (std::size_t i = 0; i < other.size(); ++i) {
        const auto at = std::lower_bound(rows.begin(), rows.end(), i, [&](std::size_t row, std::size_t of_other) {
            return detail::compare_texts(train, row, other, of_other) < 0;
        });
        if (at != rows.end() && detail::compare_texts(train, *at, other, i) == 0)
            found.push_back({*at, i, !train.labelled() || !other.labelled() || train.label[*at] == other.label[i]});
    }
    return found;
}

} // namespace hone
HONE_COMPACT_END
