// Two texts in one sequence: the template they stand in, and how they share a limit. The longer one is cut first, as the tokenizers library
// does with "longest_first". Its answer is not quite the obvious one, and is kept: where both must be cut, the shorter one gets the smaller
// half of an odd room.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace hone {

/// A place in the template of two texts: one of them, or a special token; and the type of what stands there.
struct pair_piece {
    std::int32_t id, type;
    static constexpr std::int32_t first_text = -1, second_text = -2; ///< in place of an id
};

/// How many of `first` and `second` pieces are kept so that there are at most `room` together.
constexpr std::pair<std::size_t, std::size_t> longest_first(std::size_t first, std::size_t second, std::size_t room) {
    if (first <= room && second <= room - first) return {first, second};
    const bool swapped = first > second;
    const std::size_t shorter = std::min(first, second), larger_half = room / 2 + room % 2;
    const bool one_is_enough = shorter <= room / 2; // what the shorter one leaves is at least as much as it has
    const std::size_t kept = one_is_enough ? shorter : room / 2, other = one_is_enough ? room - shorter : larger_half;
    return swapped ? std::pair{other, kept} : std::pair{kept, other};
}

} // namespace hone
