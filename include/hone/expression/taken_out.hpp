// A layer of a repeat outside of its loop: the last one, of which only some rows are read, and one
// of which a value is asked for by name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/builder.hpp"

namespace hone {

/// Writes a block into the graph that repeats it, for one of its layers: weights and random numbers
/// are those of that layer. `arguments`: what the block takes. Gives where each node now stands.
constexpr growing<int> take_out(graph_builder& b, int block, int depth, int layer,
                                const int* arguments) {
    const auto& body = b.all.graphs[static_cast<std::size_t>(block)];
    growing<int> inside(body.nodes.size(), -1);
    for (std::size_t k = 0; k < body.nodes.size(); ++k) {
        node m = body.nodes[k];
        if (const int input = graph::place_of(static_cast<int>(k), body.input); input >= 0) {
            inside[k] = arguments[input];
            continue;
        }
        for (int a = 0; a < m.count; ++a)
            m.argument[a] = inside[static_cast<std::size_t>(m.argument[a])];
        if (m.op == &operation_of<weight_leaf>) {
            auto w = b.all.uses[static_cast<std::size_t>(m.detail)];
            w.layer[depth] = layer;
            m.detail = position(b.all.uses, w);
        } else if (m.op->how == structure::loop || m.op->how == structure::generate ||
                   m.op->how == structure::whole) // random numbers are told apart by it
            m.layer = m.layer < 0 ? layer : (layer + 1) * static_cast<int>(most_layers) + m.layer;
        inside[k] = b.insert(m);
    }
    return inside;
}

} // namespace hone
