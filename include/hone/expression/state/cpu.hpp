// What kernels of the CPU are given of a running step, and by which names a plan finds them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/state.hpp"

namespace hone::on_cpu::inline HONE_CPU {

template <class T>
using context = hone::context<T, cpu>;
template <class T>
using access = hone::access<T, cpu>;
template <class T>
using call = call_shape<T>;

/// The CPU kernel of an op that is not elementwise; specialised beside the op. `Input` is what products multiply, all else is T.
template <class Op>
struct kernel;
/// The row stage: passes over the rows of a block (op/rows/cpu.hpp).
template <const auto& P, class T, int Stage>
struct row_stage;

} // namespace hone::on_cpu::inline HONE_CPU
