// expect: hone[E018] a run-time branch on a symbolic expression
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>

using namespace hone;

struct clipped {
    HONE_PARTS((layer, linear<width<4>, width<4>>))
    static constexpr auto call(auto self, auto x) {
#ifdef HONE_TWIN
        const bool larger = 1 < 2;
#else
        const bool larger = self.layer(x) < x;
#endif
        return larger ? self.layer(x) : self.layer(x);
    }
};
constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
constexpr auto y = bound<clipped, path<>>{}(x);
