// expect: hone[E027] the layer has no call for these arguments
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
using encoder = bert<layers<2>, width<8>, heads<2>, inner<12>, vocabulary<30>>;
#ifdef HONE_TWIN
constexpr auto y = bound<encoder, path<>>{}(tokens);
#else
constexpr auto y = bound<encoder, path<>>{}(tokens.ids);
#endif
