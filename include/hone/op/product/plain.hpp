// Matrix products as three loops: what product/cpu.hpp must give, on whole numbers to the last bit. Any stride, any type.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

namespace hone::plain {

/// A matrix as it lies: element (i, j) stands at p[i * row + j * column].
template <class T> struct strided {
    T* p;
    std::ptrdiff_t row, column;
    constexpr T& operator()(std::ptrdiff_t i, std::ptrdiff_t j) const { return p[i * row + j * column]; }
    constexpr strided transposed() const { return {p, column, row}; }
};

/// c (m x n) = a (m x k) b (k x n), or c += a b.
template <class T> constexpr void multiply(strided<const T> a, strided<const T> b, strided<T> c, int m, int k, int n, bool add) {
    for (int i = 0; i < m; ++i)
        for (int j = 0; j < n; ++j) {
            T sum = 0;
            for (int l = 0; l < k; ++l) sum += a(i, l) * b(l, j);
            c(i, j) = add ? c(i, j) + sum : sum;
        }
}

/// c (m x n) = the sum over the rows r of a[r][i] b[r][j], or c += that.
template <class T> constexpr void outer(strided<const T> a, strided<const T> b, strided<T> c, int rows, int m, int n, bool add) {
    multiply(a.transposed(), b, c, m, rows, n, add);
}

} // namespace hone::plain
