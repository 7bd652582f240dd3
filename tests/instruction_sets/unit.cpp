// One unit of the program: -DUNIT is the name of its function, -DNUMBER what it computes in; the instruction set is a flag.
// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

outcome UNIT() { return train<NUMBER>(); }
