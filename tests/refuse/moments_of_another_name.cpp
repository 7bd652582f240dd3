// expect: hone[E064] keeps moments of this name
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

float first(const trained_weights<float>& weights) {
    const auto optimizer = chain(adamw{});
    auto state = optimizer.start(weights);
#ifdef HONE_TWIN
    return state.get<"adam.mu">()[0];
#else
    return state.get<"adam.m">()[0];
#endif
}
