// expect: hone[E021] does not divide by the number of heads
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/embedding.hpp>
#include <hone/layer/self_attention.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
constexpr auto x = bound<embedding<vocabulary<10>, width<10>>, path<>>{}(tokens.ids);
#ifdef HONE_TWIN
constexpr auto y = bound<self_attention<width<10>, heads<5>>, path<>>{}(x);
#else
constexpr auto y = bound<self_attention<width<10>, heads<4>>, path<>>{}(x);
#endif
