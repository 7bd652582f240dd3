// A decoder of a few weights, for the tests of what writes and chooses.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/layer/causal_attention.hpp"
#include "hone/layer/embedding.hpp"
#include "hone/layer/language_model.hpp"
#include "hone/step/differentiate.hpp"
#include "test.hpp"

namespace hone::testing {

struct little_block {
    HONE_PARTS((attention, rotary_attention<width<16>, heads<4>, key_heads<2>, head_size<4>>))
    static constexpr auto call(auto self, auto x, auto table) { return x + self.attention(x, table); }
};
struct little_decoder {
    using width = hone::width<16>;
    HONE_PARTS((word, embedding<vocabulary<23>, hone::width<16>>), (blocks, repeat<2, little_block>))
    static constexpr auto call(auto self, auto t) {
        return self.blocks(self.word(t.ids), rotary_table<rotary<10000>, 4>(t.positions));
    }
};
using model_type = language_model<little_decoder>;
inline constexpr auto next_words = [](auto m, auto b) { return next_word_scores(m, last_token(m(b.tokens))); };
using ids = std::vector<std::int32_t>;

inline parameters<model_type, float>& model() {
    static parameters<model_type, float> all;
    static const bool made = [] {
        counter_random random(3, stream::user);
        all.fill([&](named_weight<float> w) {
            for (auto& x : w.values) x = static_cast<float>(0.4 * random.normal());
        });
        return true;
    }();
    (void)made;
    return all;
}
template <class Call>
std::string code_of(Call call) {
    try {
        call();
    } catch (const error& e) {
        return e.code;
    }
    return "none";
}

} // namespace hone::testing
