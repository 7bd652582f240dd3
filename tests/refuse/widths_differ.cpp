// expect: hone[E011] two values of different widths meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using tokens = field_symbol<token_rows, part_name<"tokens">>;
constexpr auto a = bound<embedding<vocabulary<10>, width<4>>, path<part_name<"a">>>{}(tokens{}.ids);
#ifdef HONE_TWIN
constexpr auto b = bound<embedding<vocabulary<10>, width<4>>, path<part_name<"b">>>{}(tokens{}.ids);
#else
constexpr auto b = bound<embedding<vocabulary<10>, width<5>>, path<part_name<"b">>>{}(tokens{}.ids);
#endif
constexpr auto sum = a + b;
