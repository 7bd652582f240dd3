// A model's own weights, all or a part of them.
// SPDX-License-Identifier: Apache-2.0
#include "cost.hpp"

std::vector<row> costs_of_own_weights() {
    static constexpr row rows[] = {
        cost<minilm, trainable<on<"**">>>("full"),
        cost<minilm, trainable<last_layers<1>, head_weights>>("last layer"),
        cost<minilm, trainable<biases, head_weights>>("BitFit"),
        cost<minilm, trainable<norms, head_weights>>("norms"),
    };
    return {std::begin(rows), std::end(rows)};
}
