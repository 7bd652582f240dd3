// expect: hone[E018] a run-time branch on a symbolic expression
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

constexpr auto x = value<"x">;
#ifdef HONE_TWIN
constexpr auto y = x * x;
#else
constexpr auto y = x ? x : x;
#endif
