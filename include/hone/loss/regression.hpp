// Losses of numbers besides the squared error (loss.hpp): the absolute error, and Huber's, which is
// square near 0 and straight beyond (Huber 1964).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/loss/loss.hpp"

namespace hone {

/// d^2 / 2 where |d| <= delta, delta (|d| - delta / 2) beyond; delta is above 0.
struct huber_ : elementwise {
    static constexpr auto value(auto d, auto delta) {
        using V = decltype(d);
        const auto a = abs(d), near = min(a, delta);
        return near * (a - V(0.5) * near);
    }
    template <int I>
    static constexpr auto slope(auto d, auto delta) {
        if constexpr (I == 0) return max(-delta, min(d, delta));
        else return max(abs(d) - delta, decltype(d)(0));
    }
};

inline constexpr struct absolute_error_function {
    /// The mean of |x - y| over rows and columns.
    template <expression X, expression Y>
    constexpr auto operator()(X x, Y y) const {
        return mean_of(absolute(x - y));
    }
} absolute_error{};
inline constexpr struct huber_function {
    /// The mean of Huber's loss of x - y over rows and columns; `delta` is one number, as
    /// value<"delta", 1>.
    template <expression X, expression Y, expression Delta>
    constexpr auto operator()(X x, Y y, Delta delta) const {
        return mean_of(function<huber_>{}(x - y, delta));
    }
} huber{};

} // namespace hone
