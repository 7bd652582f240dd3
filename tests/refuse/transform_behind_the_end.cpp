// expect: hone[E061] a transform stands behind the one that ends the chain
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

#ifdef HONE_TWIN
auto made() { return chain(scale_by_adam{}, add_decayed_weights(0.01), scale_by_rate(1e-3)); }
#else
auto made() { return chain(scale_by_adam{}, scale_by_rate(1e-3), add_decayed_weights(0.01)); }
#endif
