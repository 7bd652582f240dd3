// expect: hone[E028] a value that is no expression
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/activations.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto y = x * value<"half">;
#else
constexpr auto y = x * 0.5f;
#endif
