// expect: hone[E021] does not divide by the number of heads
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using tokens = field_symbol<token_rows, part_name<"tokens">>;
constexpr auto x = bound<embedding<vocabulary<10>, width<6>>, path<>>{}(tokens{}.ids);
#ifdef HONE_TWIN
constexpr auto y = attention<3>(x, x, x);
#else
constexpr auto y = attention<4>(x, x, x);
#endif
