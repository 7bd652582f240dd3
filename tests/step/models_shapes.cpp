// Models that the library has never seen: odd widths, branches, pooling, dropout everywhere, a user's own layers.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct odd_widths
    : classify<bert<layers<3>, width<100>, heads<5>, hone::inner<20>, vocabulary<words>, positions<longest>>, classes<run_time>> {};
struct gates { // s a + (1 - s) b
    HONE_PARTS((word, table_of<w20>), (gate, linear<w20, w20>), (a, linear<w20, w20>), (b, projection<w20, w20>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.word(t.ids);
        const auto s = sigmoid(self.gate(x));
        return s * self.a(x) + (number_like<1>(s) - s) * silu(self.b(x));
    }
};
struct branches { // three ways of different widths, added
    HONE_PARTS((word, table_of<w20>), (one, sequence<linear<w20, width<7>>, linear<width<7>, w20>>),
               (two, gated_feed_forward<w20, width<33>>), (three, sequence<layer_norm<w20, 3>, projection<w20, w20>>),
               (head, linear<w20, classes<run_time>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.word(t.ids);
        return self.head(mean_sequence(self.one(x) + self.two(x) + self.three(x) * x));
    }
};
struct context_of_mean { // every token is told the mean of its sequence
    HONE_PARTS((word, table_of<w20>), (map, linear<w20, w20>), (mix, linear<w20, w20>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.word(t.ids);
        return self.mix(gelu(x + spread(self.map(mean_sequence(x)), x)));
    }
};
struct softly_pooled { // a user's own pooling: tokens weighted by exp of a score
    HONE_PARTS((word, table_of<w20>), (score, linear<w20, width<1>>), (head, linear<w20, classes<run_time>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.word(t.ids);
        const auto weight = exponential(hyperbolic_tangent(self.score(x)));
        return self.head(sum_sequence(x * weight) / sum_sequence(weight));
    }
};
struct reused { // one linear layer, three times
    HONE_PARTS((word, table_of<w20>), (map, linear<w20, w20>))
    static constexpr auto call(auto self, auto t) { return self.map(gelu_tanh(self.map(gelu(self.map(self.word(t.ids)))))); }
};
template <class Width>
struct dropping_block { // dropout inside a block, twice, at two sites
    HONE_PARTS((attend, self_attention<Width, heads<1>>), (norm, layer_norm<Width, 3>), (first, dropout),
               (network, feed_forward<Width, width<9>, silu_>), (second, dropout))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.norm(x + self.first(self.attend(x)));
        return y + self.second(self.network(y));
    }
};
struct dropping {
    HONE_PARTS((word, table_of<w20>), (blocks, repeat<3, dropping_block<w20>>), (last, dropout), (head, linear<w20, classes<run_time>>))
    static constexpr auto call(auto self, auto t) { return self.head(self.last(first_token(self.blocks(self.word(t.ids))))); }
};

} // namespace

TEST_CASE("BERT of odd widths with dropout") {
    judge<odd_widths>(
        all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); },
        [](auto& step) { step.template set<"dropout">(0.1).template set<"attention_dropout">(0.2); }, {.scale = 0.3, .sample = 5});
}
TEST_CASE("gated branches") {
    judge<gates>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("three branches of different widths") {
    judge<branches>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); });
}
TEST_CASE("the mean of a sequence given to its tokens") {
    judge<context_of_mean>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("a user's own weighted pooling") {
    judge<softly_pooled>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); });
}
TEST_CASE("one layer three times in a row") {
    judge<reused>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("dropout in every layer of a repeat that is read by first tokens") {
    judge<dropping>(
        all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); },
        [](auto& step) { step.template set<"dropout">(0.3).template set<"attention_dropout">(0.3); });
}
TEST_CASE("dropout in every layer of a repeat that is read whole") {
    judge<dropping>(
        trainable<on<"word.**", "blocks.**">>{}, [](auto m, auto b) { return mean_of(uneven(m.blocks(m.word(b.right.ids)))); },
        [](auto& step) { step.template set<"dropout">(0.3).template set<"attention_dropout">(0.3); });
}
