// expect: hone[E110] the weights that train
// SPDX-License-Identifier: Apache-2.0
#include <hone/optimizer/optimizer.hpp>

using namespace hone;

struct some_model {
    trained_weights<float> trained;
};

long weights_in_it(some_model& model) {
#ifdef HONE_TWIN
    weight_average average(model.trained, exponential_average{.decay = 0.99});
#else
    weight_average average(model, exponential_average{.decay = 0.99});
#endif
    return average.count;
}
