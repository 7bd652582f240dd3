// expect: hone[E022] must return what it is given
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using tokens = field_symbol<token_rows, part_name<"tokens">>;
constexpr auto x = bound<embedding<vocabulary<10>, width<6>>, path<>>{}(tokens{}.ids);
#ifdef HONE_TWIN
using pile = repeat<2, linear<width<6>, width<6>>>;
#else
using pile = repeat<2, linear<width<6>, width<5>>>;
#endif
constexpr auto y = bound<pile, path<part_name<"pile">>>{}(x);
