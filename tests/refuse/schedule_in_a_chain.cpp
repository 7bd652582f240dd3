// expect: hone[E065] this is none of them
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(adamw{.rate = schedule(1e-3)}); }
#else
auto made() { return chain(schedule(1e-3), adamw{}); }
#endif
