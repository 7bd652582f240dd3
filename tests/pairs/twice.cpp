// Adapters of one kind around two layers, and P-tuning, of which a folder holds the rows that its network made: it is read as a prompt, to rounding.
// SPDX-License-Identifier: Apache-2.0
#include "pairs/models.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("adapters twice in one model, and P-tuning") { trains_and_stays<twice<with_ptuning>, twice<with_prompt>, trainable<adapters, on<"classifier.**">>>(false); }
TEST_CASE("P-tuning and LoRA around one table, prefixes in two layers") {
    trains_and_stays<in_two_layers<with_ptuning>, in_two_layers<with_prompt>, trainable<adapters, on<"classifier.**">>>(false);
}
