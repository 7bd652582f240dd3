// expect: hone[E081] two terms of one loss have the same name
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/loss.hpp>

using namespace hone;

constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
#ifdef HONE_TWIN
constexpr auto loss = term<"a">(mean_of(x)) + term<"b">(mean_of(square(x)));
#else
constexpr auto loss = term<"a">(mean_of(x)) + term<"a">(mean_of(square(x)));
#endif
