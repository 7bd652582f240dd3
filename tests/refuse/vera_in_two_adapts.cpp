// expect: hone[E045] name all its layers in one adapt<...>
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, vera<rank<4>>, on<"**.query">, vera<rank<4>>, on<"**.up">> {};
#else
struct tuned : adapt<adapt<small, vera<rank<4>>, on<"**.query">>, vera<rank<4>>, on<"**.up">> {};
#endif

void use() { parameters<tuned> model; }
