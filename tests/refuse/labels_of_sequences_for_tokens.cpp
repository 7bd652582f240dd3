// expect: hone[E010] two values of different row kinds meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/loss/loss.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr field_symbol<std::span<const std::int32_t>, part_name<"label">> label{};
constexpr auto logits = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(tokens.ids);
#ifdef HONE_TWIN
constexpr auto loss = cross_entropy(first_token(logits), label);
#else
constexpr auto loss = cross_entropy(logits, label);
#endif
