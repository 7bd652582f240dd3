// expect: hone[E061] a transform stands behind the one that ends the chain
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(per<"**.weight">(muon{}), per<"**">(adamw{})); }
#else
auto made() { return chain(muon{}, adamw{}); }
#endif
