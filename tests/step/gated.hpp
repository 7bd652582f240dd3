// Two models whose memory and gradients are judged under every policy of what is kept: gated blocks in nested repeats, and BERT.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "step/judge.hpp"

namespace hone::testing {

using w12 = width<12>;

struct gated_block {
    HONE_PARTS((attend, self_attention<w12, heads<2>>), (norm, layer_norm<w12, 3>), (network, gated_feed_forward<w12, width<17>, gelu_>),
               (drop, dropout))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.norm(x + self.drop(self.attend(x)));
        return y + self.network(y) * sigmoid(y);
    }
};
struct gated_model {
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<2, repeat<2, gated_block>>), (norm, layer_norm<w12, 3>),
               (head, linear<w12, classes<run_time>>))
    static constexpr auto call(auto self, auto t) { return self.head(mean_sequence(self.norm(self.blocks(self.word(t.ids))))); }
};
struct small_bert : classify<bert<layers<3>, w12, heads<3>, hone::inner<20>, vocabulary<words>, positions<longest>>, classes<label_count>> {
};

inline constexpr auto loss_of_classes = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };

} // namespace hone::testing
