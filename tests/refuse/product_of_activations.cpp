// expect: hone[E032] the second factor of a product must be a weight
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
constexpr bound<matrix<4, 4>, path<part_name<"weight">>> weight{};
#ifdef HONE_TWIN
constexpr auto y = product(x, weight);
#else
constexpr auto y = product(x, x);
#endif
