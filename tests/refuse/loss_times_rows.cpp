// expect: hone[E085] a loss is multiplied with one number
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/loss.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto loss = value<"x"> * mean_of(square(x));
#else
constexpr auto loss = x * mean_of(square(x));
#endif
