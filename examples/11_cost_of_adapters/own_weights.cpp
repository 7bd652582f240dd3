// A model's own weights, all or a part of them.
// SPDX-License-Identifier: Apache-2.0
#include "cost.hpp"

std::vector<row> costs_of_own_weights() {
    static constexpr row rows[] = {
        cost<minilm, trainable<on<"**">>>("full"),
        cost<minilm, trainable<last_layers<1>, head>>("last layer"),
        cost<minilm, trainable<biases, head>>("BitFit"),
        cost<minilm, trainable<norms, head>>("norms"),
    };
    return {std::begin(rows), std::end(rows)};
}
