// expect: hone[E062] put scale_by_rate(rate)
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(clip_by_global_norm(1.0), scale_by_adam{}, scale_by_rate(1e-3)); }
#else
auto made() { return chain(clip_by_global_norm(1.0), scale_by_adam{}); }
#endif
