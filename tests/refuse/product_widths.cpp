// expect: hone[E012] widths do not meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using tokens = field_symbol<token_rows, part_name<"tokens">>;
constexpr auto x = bound<embedding<vocabulary<10>, width<4>>, path<part_name<"a">>>{}(tokens{}.ids);
#ifdef HONE_TWIN
constexpr auto y = product(x, bound<matrix<6, 4>, path<part_name<"w">>>{});
#else
constexpr auto y = product(x, bound<matrix<6, 5>, path<part_name<"w">>>{});
#endif
