// Rotary positions number by number: what op/rotary/cpu.hpp must give.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

namespace hone::plain {

/// The angle of column j of half a head at a position.
template <class Rotary>
double rotary_angle(int position, int j, int size) {
    return position * Rotary::scaling::scaled(std::pow(Rotary::theta, -2.0 * j / size));
}
/// Columns j and j + size / 2 of one head of one row, turned.
template <class Rotary, class T>
void rotate_head(const T* x, int position, int size, T* y, bool back) {
    for (int j = 0; j < size / 2; ++j) {
        const double angle = rotary_angle<Rotary>(position, j, size) * (back ? -1 : 1), c = std::cos(angle), s = std::sin(angle);
        const double a = static_cast<double>(x[j]), b = static_cast<double>(x[j + size / 2]);
        y[j] = static_cast<T>(a * c - b * s);
        y[j + size / 2] = static_cast<T>(b * c + a * s);
    }
}

} // namespace hone::plain
