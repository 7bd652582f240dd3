// Programs on a CPU: all kernels of ops, and what a program keeps of weights that do not change.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/cpu.hpp"
#include "hone/op/cpu.hpp"
#include "hone/step/constant_weights/cpu.hpp"
#include "hone/step/machine.hpp"
