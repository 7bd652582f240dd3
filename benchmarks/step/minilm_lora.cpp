// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

int run_minilm_lora(const settings& s) { return run_in_precision<with_lora<minilm>, adapters_train>(s, 32); }
