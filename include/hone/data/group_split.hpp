// A part set aside by groups: rows of one author, patient or document stay on one side, because a model that has seen the one half of a group knows
// too much of the other. Groups are taken in an order drawn from the seed until the share is reached; both sides keep at least one.
// Cost: a sort of the rows by group.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hone/data/split.hpp"
#include "hone/data/table.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/random.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Sets whole groups aside until there are about `share` of the rows: a group is taken if the number then is nearer to it. Needs
/// `table_options::group` at reading. Errors: data.split_share; data.no_groups; data.split_too_small for fewer than two groups.
inline split_tables group_split(const text_table& table, double share = 0.1, std::uint64_t seed = 0) {
    if (!(share > 0 && share < 1))
        throw error("data.split_share", "an impossible share", {.file = table.file}, "between 0 and 1", std::to_string(share));
    if (table.group.size() != table.size())
        throw error("data.no_groups", "a table without groups", {.file = table.file}, "a column of groups", table.group.size());
    const auto rows = order_of(table.size(), [&](std::size_t a, std::size_t b) { return table.group[a] < table.group[b]; });
    std::vector<std::size_t> begins; // of each group, in `rows`
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (i == 0 || table.group[rows[i]] != table.group[rows[i - 1]]) begins.push_back(i);
    if (begins.size() < 2)
        throw error("data.split_too_small", "nothing can be set aside", {.file = table.file}, "at least two groups", begins.size());
    begins.push_back(rows.size());
    std::vector<std::size_t> order(begins.size() - 1);
    for (std::size_t g = 0; g < order.size(); ++g) order[g] = g;
    shuffle(order, counter_random(seed, stream::split, order.size()));

    const double wanted = share * static_cast<double>(table.size());
    std::vector<char> aside(table.size());
    std::size_t taken = 0, groups = 0;
    for (const std::size_t g : order) {
        const std::size_t size = begins[g + 1] - begins[g];
        const bool nearer = std::abs(static_cast<double>(taken + size) - wanted) < std::abs(static_cast<double>(taken) - wanted);
        if (groups + 1 == order.size() || !nearer) continue;
        for (std::size_t i = begins[g]; i < begins[g + 1]; ++i) aside[rows[i]] = 1;
        taken += size;
        ++groups;
    }
    if (groups == 0) { // every group is too large: the smallest one
        std::size_t best = order[0];
        for (const std::size_t g : order)
            if (begins[g + 1] - begins[g] < begins[best + 1] - begins[best]) best = g;
        for (std::size_t i = begins[best]; i < begins[best + 1]; ++i) aside[rows[i]] = 1;
    }
    split_tables result;
    result.train.file = result.dev.file = table.file;
    for (std::size_t i = 0; i < table.size(); ++i) detail::append_row(aside[i] ? result.dev : result.train, table, i);
    return result;
}

} // namespace hone
HONE_COMPACT_END
