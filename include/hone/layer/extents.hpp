// Numbers that say what they count, so that a model reads as its paper's table and two widths cannot be swapped by accident.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/field.hpp"

namespace hone {

template <int N>
struct width {
    static constexpr int value = N;
};
template <int N>
struct inner {
    static constexpr int value = N;
};
template <int N>
struct heads {
    static constexpr int value = N;
};
template <int N>
struct layers {
    static constexpr int value = N;
};
template <int N>
struct vocabulary {
    static constexpr int value = N;
};
template <int N>
struct positions {
    static constexpr int value = N;
};
template <int N>
struct token_types {
    static constexpr int value = N;
};
/// What a norm adds to the variance: 10^-Exponent.
template <int Exponent>
struct epsilon {
    static constexpr int exponent = Exponent;
};
/// The number of classes; `classes<run_time>` is known when the model is loaded.
template <int N>
struct classes {
    static constexpr int value = N;
};

} // namespace hone
