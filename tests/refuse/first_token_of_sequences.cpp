// expect: hone[E090] rows that belong to no sequence
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/op/rearrange/rearrange.hpp>

using namespace hone;

using table = bound<embedding<vocabulary<10>, width<4>>, path<>>;
constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr auto first = first_token(table{}(tokens.ids));
#ifdef HONE_TWIN
constexpr auto again = first + first;
#else
constexpr auto again = first_token(first);
#endif
