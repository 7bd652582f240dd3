// expect: hone[E015] an operation without a derivative
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
struct sorted_ {
    static constexpr op_traits traits{.how = structure::whole};
    template <class X>
    using shape = shaped<typename X::kind, X::width>;
};
struct same_ : sorted_ {
    static constexpr void reverse(graph_builder& b, int self) { b.contribute(b.at(self).argument[0], b.of(self)); }
};
void use(parameters<linear<width<4>, classes<3>>>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = differentiate<points>(model, trainable<on<"**">>{}, [](auto m, auto b) { return cross_entropy(apply<same_>(m(b.x)), b.label); }, workers);
#else
    auto step = differentiate<points>(model, trainable<on<"**">>{}, [](auto m, auto b) { return cross_entropy(apply<sorted_>(m(b.x)), b.label); }, workers);
#endif
    (void)step;
}
