// Bottlenecks.
// SPDX-License-Identifier: Apache-2.0
#include "cost.hpp"

std::vector<row> costs_of_bottlenecks() {
    static constexpr row rows[] = {
        cost<adapt<minilm, houlsby<>, on_norms>, with_head>("Houlsby"),
        cost<adapt<minilm, pfeiffer<>, on<"**.output_norm">>, with_head>("Pfeiffer"),
        cost<adapt<minilm, hone::parallel<>, on<"**.output_norm">>, with_head>("parallel"),
        cost<adapt<minilm, compacter<>, on_norms>, with_head>("Compacter"),
    };
    return {std::begin(rows), std::end(rows)};
}
