// expect: hone[E084] a name belongs to one term
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/loss.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto loss = term<"a">(mean_of(x)) + mean_of(square(x));
#else
constexpr auto loss = term<"a">(mean_of(x) + mean_of(square(x)));
#endif
