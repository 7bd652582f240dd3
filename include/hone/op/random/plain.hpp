// Dropout's factors for one row, one element at a time: the definition that op/random/cpu.hpp must give to the last bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/tensor/random.hpp"

namespace hone::plain {

/// out[j] = scale where element (row, first_column + j) is kept, 0 where it is dropped.
template <class T>
constexpr void dropout_row(const dropout_bits& bits, std::uint32_t row, std::uint32_t first_column, int columns, T* out) {
    for (int j = 0; j < columns; ++j)
        out[j] = bits.keeps(row, first_column + static_cast<std::uint32_t>(j)) ? static_cast<T>(bits.scale) : T(0);
}

} // namespace hone::plain
