// expect: hone[E027] the layer has no call for these arguments
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto y = bound<linear<width<4>, width<2>>, path<>>{}(x);
#else
constexpr auto y = bound<linear<width<4>, width<2>>, path<>>{}(x, x);
#endif
