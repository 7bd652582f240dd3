// expect: hone[E068] and this one ends otherwise
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(layer_wise(0.9, 12, adamw{})); }
#else
auto made() { return chain(layer_wise(0.9, 12, adafactor{})); }
#endif
