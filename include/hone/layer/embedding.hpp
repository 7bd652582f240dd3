// A table of rows looked up by id: tokens, positions, types.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/extents.hpp"
#include "hone/op/rearrange/rearrange.hpp"

namespace hone {

/// ids (rows) -> (rows, Width)
template <class Rows, class Width, class Initial = normal<20>>
struct embedding {
    static constexpr int table_rows = Rows::value, table_width = Width::value;
    HONE_PARTS((weight, matrix<Rows::value, Width::value, Initial>))
    static constexpr auto call(auto self, auto ids) { return look_up(self.weight, ids); }
};

} // namespace hone
