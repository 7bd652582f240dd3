// The position-wise network of a transformer: two linear layers around an activation, and its gated form (Shazeer 2020).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/linear.hpp"
#include "hone/op/activations.hpp"

namespace hone {

/// (rows, Width) -> the same, through (rows, Inner).
template <class Width, class Inner, class Activation = gelu_, class Up = linear<Width, Inner>, class Down = linear<Inner, Width>>
struct feed_forward {
    HONE_PARTS((up, Up), (down, Down))
    static constexpr auto call(auto self, auto x) { return self.down(function<Activation>{}(self.up(x))); }
};

/// down(activation(gate(x)) * up(x))
template <class Width, class Inner, class Activation = silu_, class Gate = projection<Width, Inner>, class Up = projection<Width, Inner>,
          class Down = projection<Inner, Width>>
struct gated_feed_forward {
    HONE_PARTS((gate, Gate), (up, Up), (down, Down))
    static constexpr auto call(auto self, auto x) { return self.down(function<Activation>{}(self.gate(x)) * self.up(x)); }
};

} // namespace hone
