// expect: hone[E035] products in bf16 are summed in float
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
#ifdef HONE_TWIN
using number = float;
#else
using number = double;
#endif
void use(parameters<linear<width<4>, classes<3>>, number>& model, team& workers) {
    auto step = differentiate<bf16, points>(model, trainable<on<"**">>{}, [](auto m, auto b) { return cross_entropy(m(b.x), b.label); }, workers);
    (void)step;
}
