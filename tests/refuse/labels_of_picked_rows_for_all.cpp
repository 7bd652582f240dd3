// expect: hone[E010] two values of different row kinds meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/op/rearrange/rearrange.hpp>

using namespace hone;

using table = bound<embedding<vocabulary<10>, width<4>>, path<>>;
constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr field_symbol<picked_rows<>, part_name<"masked">> masked{};
constexpr field_symbol<picked_labels<>, part_name<"label">> label{};
#ifdef HONE_TWIN
constexpr auto loss = cross_entropy(pick(table{}(tokens.ids), masked), label);
#else
constexpr auto loss = cross_entropy(table{}(tokens.ids), label);
#endif
