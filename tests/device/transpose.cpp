// A matrix turned in memory, number by number: every small shape, with strides of their own, and nothing written beside it but the zeros that were asked for.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/transpose/cpu.hpp>

#include "test.hpp"

#include <vector>

using hone::on_cpu::lanes;

namespace {

/// How many of the numbers around and in the result are not what they should be.
template <bool Fills, class T> long wrong(int rows, int columns) {
    const int from_row = columns + 3, to_row = (rows + lanes<T> - 1) / lanes<T> * lanes<T> + 5;
    std::vector<T> from(static_cast<std::size_t>(rows * from_row)), to(static_cast<std::size_t>(columns * to_row), T(-7));
    for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<T>(i + 1);
    if (rows > 0) from.resize(from.size() - 3); // nothing may be read behind the last number
    hone::on_cpu::transpose<Fills>(from.data(), std::ptrdiff_t{from_row}, rows, columns, to.data(), std::ptrdiff_t{to_row});
    const int filled = Fills ? (rows + lanes<T> - 1) / lanes<T> * lanes<T> : rows;
    long found = 0;
    for (int j = 0; j < columns; ++j)
        for (int i = 0; i < to_row; ++i) {
            const T wanted = i < rows ? from[static_cast<std::size_t>(i * from_row + j)] : i < filled ? T(0) : T(-7);
            found += to[static_cast<std::size_t>(j * to_row + i)] != wanted;
        }
    return found;
}

} // namespace

TEMPLATE_TEST_CASE("a matrix is turned, and zeros stand behind it where they are asked for", "", float, double) {
    for (int rows = 0; rows <= 50; ++rows)
        for (int columns : {0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 80, 127, 128, 129}) {
            INFO(rows << " x " << columns);
            CHECK(wrong<false, TestType>(rows, columns) == 0);
            CHECK(wrong<true, TestType>(rows, columns) == 0);
        }
}
