// expect: hone[E030] this part is not a layer
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/parameters.hpp>

using namespace hone;

struct twice {
#ifdef HONE_TWIN
    HONE_PARTS()
#endif
    static constexpr auto call(auto, auto x) { return x + x; }
};
struct model_type {
    HONE_PARTS((scale, twice), (layer, linear<width<4>, width<4>>))
    static constexpr auto call(auto self, auto x) { return self.layer(self.scale(x)); }
};
constexpr field_symbol<real_rows<4>, part_name<"x">> x{};
constexpr auto y = bound<model_type, path<>>{}(x);
