// expect: hone[E031] must return an expression or a loss
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/loss/loss.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct points {
    real_rows<4> x;
    std::span<const std::int32_t> label;
    HONE_FIELDS(x, label)
};
void use(parameters<linear<width<4>, classes<3>>>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = evaluate<points>(model, [](auto m, auto b) { return m(b.x); }, workers);
#else
    auto step = evaluate<points>(model, [](auto m, auto b) { return m(b.x).width; }, workers);
#endif
    (void)step;
}
