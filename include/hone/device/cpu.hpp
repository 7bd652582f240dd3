// The CPU as kernels see it: vectors of the widest kind, and the functions of numbers on them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/device/math/cpu.hpp"
#include "hone/device/vector/cpu.hpp"
#include "hone/device/words/cpu.hpp"
