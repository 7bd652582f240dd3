// The factors of dropout on a CPU, as the plan calls them: a row at a time, wherever it is read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state/cpu.hpp"
#include "hone/op/random/cpu.hpp"
#include "hone/op/random/dropout.hpp"

namespace hone::cpu::inline HONE_CPU {

template <>
struct kernel<dropout_mask_> {
    template <class T>
    static void fill(const access<T>& a, T rate, int row, T* out) {
        dropout_row<T>(a.bits(rate, a.self().detail), static_cast<std::uint32_t>(row), a.result_width(), out);
    }
};

} // namespace hone::cpu::inline HONE_CPU
