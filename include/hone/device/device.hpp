// Where a program runs. A device is a small value that differentiate() and evaluate() take, cpu{} where none is given; how programs run on it says
// `backend<Device>` (expression/walk.hpp lists what that is asked for). Binding and checking of batches, the tables of a plan and the order in which
// they are walked know no device.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>

#include "hone/device/instructions/cpu.hpp"
#include "hone/device/team.hpp"

namespace hone {

/// Every device has threads on the host: they clear gradients and run optimizers.
template <class D>
concept device = std::copyable<D> && requires(D d) {
    { d.workers } -> std::same_as<team*&>;
};

/// How programs run on a device; specialised beside its kernels.
template <class Device>
struct backend;

inline namespace HONE_CPU {

/// The processors of this machine: a team of threads, by default one of all of them that every such program shares.
struct cpu {
    team* workers;
    cpu() : workers(&all_processors()) {}
    cpu(team& of) : workers(&of) {}
};

} // namespace HONE_CPU

} // namespace hone
