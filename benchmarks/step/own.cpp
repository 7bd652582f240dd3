// SPDX-License-Identifier: Apache-2.0
#include "step.hpp"

using namespace hone;

/// A model of a user's own, of widths that no kernel was chosen for: attention and two gated networks (Shazeer 2020) beside each other.
template <class Width, class Inner>
struct gated {
    HONE_PARTS((gate, projection<Width, Inner>), (up, projection<Width, Inner>), (down, projection<Inner, Width>))
    static constexpr auto call(auto self, auto x) { return self.down(silu(self.gate(x)) * self.up(x)); }
};
struct three_branches {
    using width = hone::width<320>;
    using inner = hone::inner<1000>;
    HONE_PARTS((norm, layer_norm<width>), (attention, self_attention<width, heads<10>>), (left, gated<width, inner>), (right, gated<width, inner>),
               (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.norm(x);
        return x + self.dropout(self.attention(y) + self.left(y) + self.right(y));
    }
};
struct own : classify<bert<layers<6>, width<320>, heads<10>, inner<1000>, vocabulary<30522>, positions<512>, token_types<2>, gelu_, epsilon<5>, three_branches>, classes<2>> {};

int run_own(const settings& s) { return run_in_precision<own, everything_trains>(s, 32); }
