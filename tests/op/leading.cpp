// The first rows and columns of a matrix: the kernels against the plain version, to the last bit.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/leading/cpu.hpp>
#include <hone/op/leading/plain.hpp>

#include <array>
#include <numeric>
#include <vector>

#include "test.hpp"

using namespace hone;

namespace {

template <class T>
void compare(int height, int width, int rows, int columns) {
    const auto size = [](int r, int c) { return static_cast<std::size_t>(r) * static_cast<std::size_t>(c); };
    std::vector<T> whole(size(height, width)), expected(size(rows, columns)), corner(expected.size(), T(7));
    std::iota(whole.begin(), whole.end(), T(1));
    plain::each_leading(width, rows, columns, [&](std::size_t w, std::size_t c) { expected[c] = whole[w]; });
    on_cpu::leading_rows(whole.data(), width, corner.data(), columns, rows / 2, rows);
    on_cpu::leading_rows(whole.data(), width, corner.data(), columns, 0, rows / 2);
    CHECK(corner == expected);
    for (bool adds : {false, true}) {
        std::vector<T> right(whole.size(), adds ? T(5) : T(0)), given(whole.size(), T(5));
        plain::each_leading(width, rows, columns, [&](std::size_t w, std::size_t c) { right[w] += corner[c]; });
        on_cpu::leading_back_rows(corner.data(), rows, columns, given.data(), width, adds, height / 2, height);
        on_cpu::leading_back_rows(corner.data(), rows, columns, given.data(), width, adds, 0, height / 2);
        CHECK(given == right);
    }
}

} // namespace

TEST_CASE("corners of matrices, and back") {
    for (const auto& [height, width, rows, columns] : {std::array{1, 1, 1, 1}, {5, 7, 3, 7}, {5, 7, 5, 2}, {9, 33, 4, 17}, {16, 16, 16, 16}}) {
        compare<float>(height, width, rows, columns);
        compare<double>(height, width, rows, columns);
    }
}
