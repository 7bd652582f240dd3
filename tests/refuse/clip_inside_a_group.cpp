// expect: hone[E060] it stands first in a chain
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(clip_by_global_norm(1.0), per<"**">(adamw{})); }
#else
auto made() { return chain(per<"**">(clip_by_global_norm(1.0), adamw{})); }
#endif
