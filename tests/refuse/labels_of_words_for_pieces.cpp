// expect: hone[E010] two values of different row kinds meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/op/rearrange/rearrange.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"pieces">> pieces{};
constexpr field_symbol<token_labels<"words">, part_name<"of_words">> of_words{};
constexpr field_symbol<token_labels<"pieces">, part_name<"of_pieces">> of_pieces{};
constexpr auto logits = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(pieces.ids);
#ifdef HONE_TWIN
constexpr auto loss = cross_entropy(logits, of_pieces);
#else
constexpr auto loss = cross_entropy(logits, of_words);
#endif
