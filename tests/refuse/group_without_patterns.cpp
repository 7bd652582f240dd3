// expect: hone[E069] names at least one pattern
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return per<"**">(adamw{}); }
#else
auto made() { return per<>(adamw{}); }
#endif
