// expect: hone[E013] a pattern in trainable<...> matches no weight
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/layer/compose.hpp>
#include <hone/loss/loss.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct points {
    real_rows<4> x;
    std::span<const std::int32_t> label;
    HONE_FIELDS(x, label)
};
struct deep : sequence<repeat<3, linear<width<4>, width<4>>>, linear<width<4>, classes<3>>> {};
void use(parameters<deep>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = differentiate<points>(model, trainable<on<"first.2.**", "second.**">>{}, [](auto m, auto b) { return cross_entropy(m(b.x), b.label); }, workers);
#else
    auto step = differentiate<points>(model, trainable<on<"first.3.**", "second.**">>{}, [](auto m, auto b) { return cross_entropy(m(b.x), b.label); }, workers);
#endif
    (void)step;
}
