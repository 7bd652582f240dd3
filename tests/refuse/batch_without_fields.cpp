// expect: hone[E024] this batch names no fields
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct points {
    real_rows<4> x;
#ifdef HONE_TWIN
    HONE_FIELDS(x)
#endif
};
void use(parameters<linear<width<4>, classes<3>>>& model, team& workers) {
    auto step = evaluate<points>(model, [](auto m, auto b) { return m(b.x); }, workers);
    (void)step;
}
