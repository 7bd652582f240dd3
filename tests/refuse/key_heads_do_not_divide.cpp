// expect: hone[E093] heads of queries share keys in equal groups
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/layer/causal_attention.hpp>
#include <hone/layer/embedding.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr auto x = bound<embedding<vocabulary<10>, width<12>>, path<>>{}(tokens.ids);
constexpr auto of_keys = columns<0, 8>(x);
#ifdef HONE_TWIN
constexpr auto y = attention<6, 3, causal>(x, columns<0, 6>(x), columns<0, 6>(x), value<"rate", 0>);
#else
constexpr auto y = attention<6, 4, causal>(x, of_keys, of_keys, value<"rate", 0>);
#endif
