// expect: hone[E111] epochs
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include <hone/data/dataset.hpp>
#include <hone/data/epochs.hpp>
#include <hone/loop/fit.hpp>

using namespace hone;

struct step_of_nothing {
    struct result {
        double loss;
        int gradients;
    };
    int weight = 0;
    int& weights() { return weight; }
    void reserve(batch_extent) {}
    result operator()(const text_batch&) { return {0, 1}; }
};
struct optimizer_of_nothing {
    struct state {
        long step = 0;
        double gradient_norm = 0;
    };
    double rate(long) const { return 1; }
    void step(int& weight, int gradient, state& s) const { weight -= gradient, ++s.step; }
};

long trained(const dataset& texts) {
    step_of_nothing step;
    optimizer_of_nothing::state state;
#ifdef HONE_TWIN
    return fit(step, optimizer_of_nothing{}, state, epochs(2, batches(texts, sentences_per_batch(4), no_shuffle))).steps;
#else
    return fit(step, optimizer_of_nothing{}, state, batches(texts, sentences_per_batch(4), no_shuffle)).steps;
#endif
}
