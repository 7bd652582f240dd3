// expect: hone[E033] a field of the batch is of a type that no step reads
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/linear.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct points {
    real_rows<4> x;
#ifdef HONE_TWIN
    std::span<const int> label;
#else
    std::vector<int> label;
#endif
    HONE_FIELDS(x, label)
};
void use(parameters<linear<width<4>, classes<3>>>& model, team& workers) {
    auto step = evaluate<points>(model, [](auto m, auto b) { return m(b.x); }, workers);
    (void)step;
}
