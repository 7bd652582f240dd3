// expect: hone[E020] a random operation must say who draws
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/dropout.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto y = dropped<draw<0>>(x, value<"dropout">);
#else
constexpr auto y = dropped<void>(x, value<"dropout">);
#endif
