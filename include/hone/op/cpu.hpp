// All kernels of ops on a CPU, each in its op's folder: a program finds them as kernel<Op>, and elementwise ones in op/rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/op/attention/continued/cpu.hpp"
#include "hone/op/attention/heads/cpu.hpp"
#include "hone/op/columns/cpu.hpp"
#include "hone/op/contrast/cpu.hpp"
#include "hone/op/heads/cpu.hpp"
#include "hone/op/kronecker/cpu.hpp"
#include "hone/op/leading/cpu.hpp"
#include "hone/op/product/block/cpu.hpp"
#include "hone/op/random/cpu.hpp"
#include "hone/op/rearrange/cpu.hpp"
#include "hone/op/rotary/cpu.hpp"
#include "hone/op/rows/cpu.hpp"
#include "hone/op/vocabulary/cpu.hpp"
