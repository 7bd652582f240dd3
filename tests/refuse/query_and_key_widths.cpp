// expect: hone[E011] two values of different widths meet
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/embedding.hpp>
#include <hone/layer/self_attention.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
template <int Width>
constexpr auto some = bound<embedding<vocabulary<10>, width<Width>>, path<>>{}(tokens.ids);
#ifdef HONE_TWIN
constexpr auto out = attention<2>(some<4>, some<4>, some<4>);
#else
constexpr auto out = attention<2>(some<4>, some<6>, some<4>);
#endif
