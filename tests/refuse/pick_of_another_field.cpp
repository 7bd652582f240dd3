// expect: hone[E091] the rows that this field picks are of another field
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/op/rearrange/rearrange.hpp>

using namespace hone;

using table = bound<embedding<vocabulary<10>, width<4>>, path<>>;
constexpr field_symbol<token_rows, part_name<"left">> left{};
constexpr field_symbol<token_rows, part_name<"right">> right{};
constexpr field_symbol<picked_rows<"right">, part_name<"masked">> masked{};
#ifdef HONE_TWIN
constexpr auto some = pick(table{}(right.ids), masked);
#else
constexpr auto some = pick(table{}(left.ids), masked);
#endif
