// expect: hone[E094] rotary positions turn columns in pairs
// SPDX-License-Identifier: Apache-2.0
#include <hone/expression/field.hpp>
#include <hone/op/rotary/rotary.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
#ifdef HONE_TWIN
constexpr auto table = rotary_table<rotary<10000>, 6>(tokens.positions);
#else
constexpr auto table = rotary_table<rotary<10000>, 5>(tokens.positions);
#endif
