// expect: hone[E039] cannot be merged into the weights under it
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, lora<rank<4>>, on<"**.word">> {};
#else
struct tuned : adapt<small, lora<rank<4>>, on<"**.word">, prompt<virtual_tokens<2>>, on<"**.word">> {};
#endif

void use(parameters<tuned>& model) { auto merged = merge(model); }
