// expect: hone[E016] a trainable weight never reaches the loss
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
struct block {
    using layer = linear<width<4>, width<4>>;
    HONE_PARTS((used, layer), (idle, layer))
    static constexpr auto call(auto self, auto x) {
#ifdef HONE_TWIN
        return self.used(self.idle(x));
#else
        return self.used(self.used(x));
#endif
    }
};
struct deep : sequence<repeat<3, block>, linear<width<4>, classes<3>>> {};
void use(parameters<deep>& model, team& workers) {
    auto step = differentiate<points>(model, trainable<on<"first.2.**">>{}, [](auto m, auto b) { return cross_entropy(m(b.x), b.label); }, workers);
    (void)step;
}
