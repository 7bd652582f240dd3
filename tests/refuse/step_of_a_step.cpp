// expect: hone[E026] second derivatives are not offered
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
    const auto loss = [](auto m, auto b) { return cross_entropy(m(b.x), b.label); };
    auto step = differentiate<points>(model, trainable<on<"**">>{}, loss, workers);
#ifdef HONE_TWIN
    auto twice = differentiate<points>(model, trainable<on<"**">>{}, loss, workers);
#else
    auto twice = differentiate<points>(step, trainable<on<"**">>{}, loss, workers);
#endif
    (void)twice;
}
