// 01: weights and results are xtensor views on hone's own memory; what xtensor computes goes in as a batch, without a copy where it
// lies row by row.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
#ifdef HONE_NO_XTENSOR
int main() { return 77; } // built without xtensor
#else
#include <hone/tensor/xtensor.hpp>

using namespace hone;

struct points {
    real_rows<3> position; // three numbers a row
    HONE_FIELDS(position)
};
using map = linear<width<3>, width<2>>; // y = x W^T + b

int main() {
    parameters<map> model;
    model.initialize(1);

    auto weight = as_tensor(model.weight("weight")); // (2, 3): a view, so writing to it sets the model
    auto bias = as_tensor(model.weight("bias"));     // (1, 2)
    weight.fill(0);
    weight(0, 0) = 1; // y0 = x0 + 10
    weight(1, 2) = 2; // y1 = 2 x2 + 10
    bias += 10;

    auto apply_map = evaluate<points>(model, [](auto m, auto batch) { return m(batch.position); });

    const xt::xtensor<float, 2> x{{1, 2, 3}, {4, 5, 6}};
    const flat_values<float> where_it_lies(x);         // no copy
    const flat_values<float> an_expression(x * x + 1); // evaluated once

    const auto y = as_tensor(apply_map({where_it_lies.rows<3>()}), 2); // (2, 2), valid until the next call
    std::printf("y  = [%g %g; %g %g]\n", y(0, 0), y(0, 1), y(1, 0), y(1, 1));
    bool right = y(0, 0) == 11 && y(0, 1) == 16 && y(1, 0) == 14 && y(1, 1) == 22 && !where_it_lies.copied();

    const auto z = as_tensor(apply_map({an_expression.rows<3>()}), 2);
    const double mean = xt::mean(z)();
    std::printf("mean of the map of x * x + 1: %g\n", mean);
    right = right && mean == (12.0 + 30.0 + 27.0 + 84.0) / 4;
    return right ? 0 : 1;
}
#endif
