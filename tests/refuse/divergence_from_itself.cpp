// expect: hone[E082] a value is compared with itself
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/divergence.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto apart = kullback_leibler(x, square(x));
#else
constexpr auto apart = kullback_leibler(x, x);
#endif
