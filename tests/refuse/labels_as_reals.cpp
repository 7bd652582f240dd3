// expect: hone[E025] an index field (ids, labels) was used where real values
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/activations.hpp>

using namespace hone;

constexpr field_symbol<std::span<const std::int32_t>, part_name<"label">> label{};
constexpr field_symbol<real_rows<1>, part_name<"target">> target{};
#ifdef HONE_TWIN
constexpr auto y = gelu(target);
#else
constexpr auto y = gelu(label);
#endif
