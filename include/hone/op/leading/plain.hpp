// The first rows and columns of a matrix, number by number: what leading/cpu.hpp must give, to the last bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace hone::plain {

/// Calls f(position in the matrix, position in its corner) for every number of the corner.
template <class F>
constexpr void each_leading(int width, int rows, int columns, F f) {
    for (int r = 0; r < rows; ++r)
        for (int k = 0; k < columns; ++k) f(static_cast<std::size_t>(r * width + k), static_cast<std::size_t>(r * columns + k));
}

} // namespace hone::plain
