// expect: hone[E019] labels and ids must be an index field
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/embedding.hpp>

using namespace hone;

constexpr field_symbol<real_rows<1>, part_name<"x">> x{};
constexpr field_symbol<std::span<const std::int32_t>, part_name<"ids">> ids{};
#ifdef HONE_TWIN
constexpr auto y = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(ids);
#else
constexpr auto y = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(x);
#endif
