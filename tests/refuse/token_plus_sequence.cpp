// expect: hone[E010] two values of different row kinds meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using tokens = field_symbol<token_rows, part_name<"tokens">>;
using rows = bound<embedding<vocabulary<10>, width<4>>, path<>>;
constexpr auto x = rows{}(tokens{}.ids);
#ifdef HONE_TWIN
constexpr auto sum = x + spread(first_token(x), x);
#else
constexpr auto sum = x + first_token(x);
#endif
