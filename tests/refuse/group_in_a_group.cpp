// expect: hone[E066] transforms or groups, not both
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(per<"**.weight">(adamw{}), per<"**">(adamw{})); }
#else
auto made() { return chain(per<"**">(per<"**.weight">(adamw{}))); }
#endif
