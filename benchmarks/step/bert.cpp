// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

int run_bert(const settings& s) { return run_in_precision<bert_base, everything_trains>(s, 8); }
