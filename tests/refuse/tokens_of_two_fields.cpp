// expect: hone[E010] two values of different row kinds meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

using rows = bound<embedding<vocabulary<10>, width<4>>, path<>>;
constexpr field_symbol<token_rows, part_name<"left">> left{};
constexpr field_symbol<token_rows, part_name<"right">> right{};
#ifdef HONE_TWIN
constexpr auto sum = rows{}(left.ids) * rows{}(left.positions);
#else
constexpr auto sum = rows{}(left.ids) * rows{}(right.ids);
#endif
