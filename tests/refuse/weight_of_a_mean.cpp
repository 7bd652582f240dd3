// expect: hone[E011] two values of different widths meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/loss.hpp>
#include <hone/layer/linear.hpp>

using namespace hone;

constexpr field_symbol<real_rows<3>, part_name<"x">> x{};
constexpr field_symbol<real_rows<1>, part_name<"weight">> weight{};
#ifdef HONE_TWIN
constexpr auto loss = mean_of(sum_columns(x), weight);
#else
constexpr auto loss = mean_of(x, weight);
#endif
