// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

int run_bert_lora(const settings& s) { return run_in_precision<with_lora<bert_base>, adapters_train>(s, 8); }
