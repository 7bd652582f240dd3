// A number that is known now or later. `extent<384>` is empty and folds; `extent<run_time>` carries an int. Kernels take
// extents by value, so that one source serves compile-time widths and a head whose width is only known at run time.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hone {

inline constexpr int run_time = -1;

template <int N>
struct extent {
    constexpr extent(int = N) {}
    constexpr operator int() const { return N; }
};

template <>
struct extent<run_time> {
    int value;
    constexpr extent(int n) : value(n) {}
    constexpr operator int() const { return value; }
};

} // namespace hone
