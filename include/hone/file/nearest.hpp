// "Did you mean": the names closest to one that is not there, for the messages of every room that knows names (labels, tensors, options).
// Cost: one edit distance (Levenshtein, 1966) a name, on bytes; only ever run on the way to an error or a listing.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Insertions, deletions and replacements of one byte that turn `a` into `b`; only the first 256 bytes of each are looked at.
inline std::size_t edit_distance(std::string_view a, std::string_view b) {
    a = a.substr(0, 256);
    b = b.substr(0, 256);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = i;
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] != b[j]);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row[b.size()];
}

/// The `count` names nearest to `wanted`, nearest first, equal distances in the given order; quoted and joined by commas. Of very many
/// names only the first ones are looked at: a message is worth no more than a fraction of a second.
template <class Names>
std::string nearest_names(std::string_view wanted, const Names& names, std::size_t count = 3) {
    struct candidate {
        std::size_t distance;
        std::string_view name;
    };
    std::vector<candidate> best;
    std::size_t work = 0;
    for (const auto& name : names) {
        const std::string_view text = name;
        work += 256 + std::min<std::size_t>(wanted.size(), 256) * std::min<std::size_t>(text.size(), 256);
        if (work > (std::size_t{1} << 27)) break;
        const candidate c{edit_distance(wanted, name), name};
        const auto place =
            std::upper_bound(best.begin(), best.end(), c, [](const candidate& x, const candidate& y) { return x.distance < y.distance; });
        best.insert(place, c);
        if (best.size() > count) best.pop_back();
    }
    std::string joined;
    for (const auto& c : best)
        append_to_list(joined, in_quotes(c.name, 128));
    return joined;
}

} // namespace hone
HONE_COMPACT_END
