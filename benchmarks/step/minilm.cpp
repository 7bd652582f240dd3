// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

int run_minilm(const settings& s) { return run_in_precision<minilm, everything_trains>(s, 32); }
