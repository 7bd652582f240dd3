// expect: hone[E012] widths do not meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/compose.hpp>

using namespace hone;

constexpr field_symbol<real_rows<8>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto y = bound<sequence<linear<width<8>, inner<16>>, linear<inner<16>, width<8>>>, path<>>{}(x);
#else
constexpr auto y = bound<sequence<linear<width<8>, inner<16>>, linear<inner<12>, width<8>>>, path<>>{}(x);
#endif
