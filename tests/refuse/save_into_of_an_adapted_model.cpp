// expect: hone[E052] an adapted model is no plain checkpoint
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/adapter_files.hpp>
#include <hone/model/bert.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
using tuned = small;
#else
struct tuned : adapt<small, ia3<>, on<"**.query">> {};
#endif

void use(pretrained<tuned>& model) { save_into(model, "folder", {"a", "b", "c"}); }
