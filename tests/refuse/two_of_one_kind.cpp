// expect: hone[E056] an adapter of this kind is around that layer already
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, lora<rank<4>>, on<"**.query">, lora<rank<2>>, on<"**.value">> {};
#else
struct tuned : adapt<small, lora<rank<4>>, on<"**.query">, lora<rank<2>>, on<"bert.blocks.1.**.query">> {};
#endif

void use() { parameters<tuned> model; }
