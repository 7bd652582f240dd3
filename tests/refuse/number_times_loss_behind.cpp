// expect: hone[E028] a value that is no expression
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/loss.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto loss = scaled<1, 2>(mean_of(x));
#else
constexpr auto loss = mean_of(x) / 2;
#endif
