// The longest common subsequence of two rows of ids: its length, and the positions of the one that
// ROUGE's reference reads out of its table. A row of that table is kept as one bit a column,
// whether it grows there (Hyyro 2004), so 64 columns take one step. Cost: rows x columns / 64
// steps; as many words of memory for the positions, else one row and the masks.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/file/error.hpp"

namespace hone {

namespace detail {

/// Where each id that both rows have stands in the columns, a bit a column.
class column_masks {
public:
    static constexpr std::size_t most_words = std::size_t{1} << 26; // half a gigabyte

    /// Ids are 0 and above. Error: metric.too_long.
    column_masks(std::span<const std::int32_t> rows, std::span<const std::int32_t> columns)
        : words_((columns.size() + 63) / 64) {
        std::int32_t last = -1;
        for (const auto id : rows) last = last < id ? id : last;
        place_.resize(static_cast<std::size_t>(last + 1), 0);
        for (const auto id : rows) place_[static_cast<std::size_t>(id)] = in_rows;
        std::size_t shared = 0;
        for (const auto id : columns)
            if (id <= last && place_[static_cast<std::size_t>(id)] == in_rows)
                place_[static_cast<std::size_t>(id)] = ++shared;
        check(shared, words_);
        bits_.resize(shared * words_);
        for (std::size_t j = 0; j < columns.size(); ++j)
            if (columns[j] <= last)
                if (const auto place = place_[static_cast<std::size_t>(columns[j])]; place != 0)
                    bits_[(place - 1) * words_ + j / 64] |= std::uint64_t{1} << j % 64;
    }
    std::size_t words() const { return words_; }
    /// Null for an id that the columns lack.
    const std::uint64_t* of(std::int32_t id) const {
        const auto place = place_[static_cast<std::size_t>(id)];
        return place == in_rows ? nullptr : bits_.data() + (place - 1) * words_;
    }
    static void check(std::size_t rows, std::size_t words) {
        if (words > 0 && rows > most_words / words)
            throw error("metric.too_long", "texts too long for their longest common subsequence",
                        {}, {"rows x columns up to ", most_words, " x 64"},
                        {rows, " x ", words, " x 64"});
    }

private:
    static constexpr std::size_t in_rows = ~std::size_t{0};
    std::size_t words_;
    // Of an id: 0 where the rows lack it, `in_rows` where only they have it, else its mask's number.
    std::vector<std::size_t> place_;
    std::vector<std::uint64_t> bits_;
};

/// The next row of the table: a 0 where it grows.
inline void next_row(const std::uint64_t* mask, const std::uint64_t* from, std::uint64_t* to,
                     std::size_t words) {
    std::uint64_t carry = 0;
    for (std::size_t w = 0; w < words; ++w) {
        const std::uint64_t v = from[w], m = mask ? mask[w] : 0, half = v + (v & m),
                            sum = half + carry;
        carry = static_cast<std::uint64_t>(half < v) | static_cast<std::uint64_t>(sum < half);
        to[w] = sum | (v & ~m);
    }
}

/// How often a row of the table grows before column `end`.
inline std::int64_t value_at(const std::uint64_t* row, std::size_t end) {
    std::int64_t grows = 0;
    for (std::size_t w = 0; w < end / 64; ++w) grows += std::popcount(~row[w]);
    if (end % 64 != 0) grows += std::popcount(~row[end / 64] << (64 - end % 64));
    return grows;
}

} // namespace detail

/// Error: metric.too_long.
inline std::int64_t common_length(std::span<const std::int32_t> rows,
                                  std::span<const std::int32_t> columns) {
    const detail::column_masks masks(rows, columns);
    std::vector<std::uint64_t> row(masks.words(), ~std::uint64_t{0});
    for (const auto id : rows)
        if (const auto* mask = masks.of(id))
            detail::next_row(mask, row.data(), row.data(), masks.words());
    return detail::value_at(row.data(), columns.size());
}

/// Positions in `rows`, from the last to the first. Where several subsequences are longest: read
/// from the end, a row is left before a column, unless only the column may be. Error:
/// metric.too_long.
inline std::vector<std::size_t> common_positions(std::span<const std::int32_t> rows,
                                                 std::span<const std::int32_t> columns) {
    const detail::column_masks masks(rows, columns);
    const auto words = masks.words();
    detail::column_masks::check(rows.size() + 1, words);
    std::vector<std::uint64_t> table((rows.size() + 1) * words, ~std::uint64_t{0});
    for (std::size_t i = 0; i < rows.size(); ++i)
        detail::next_row(masks.of(rows[i]), &table[i * words], &table[(i + 1) * words], words);
    const auto grows = [&](std::size_t i, std::size_t j) {
        return (~table[i * words + (j - 1) / 64] >> (j - 1) % 64) & 1;
    };
    std::vector<std::size_t> positions;
    std::size_t i = rows.size(), j = columns.size();
    const auto above = [&] { return i > 0 ? detail::value_at(&table[(i - 1) * words], j) : 0; };
    if (words == 0) return positions;
    std::int64_t here = detail::value_at(&table[i * words], j), up = above();
    while (i > 0 && j > 0) {
        const auto left = here - static_cast<std::int64_t>(grows(i, j));
        if (rows[i - 1] == columns[j - 1]) {
            positions.push_back(i - 1);
            here = up - static_cast<std::int64_t>(grows(i - 1, j));
            --i, --j;
            up = above();
        } else if (left > up) {
            up -= static_cast<std::int64_t>(grows(i - 1, j));
            here = left;
            --j;
        } else {
            here = up;
            --i;
            up = above();
        }
    }
    return positions;
}

} // namespace hone
