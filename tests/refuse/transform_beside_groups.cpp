// expect: hone[E066] transforms or groups, not both
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(per<"**">(clip_by_value(1.0), adamw{})); }
#else
auto made() { return chain(clip_by_value(1.0), per<"**">(adamw{})); }
#endif
