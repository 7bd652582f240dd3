// The loss of a vocabulary without its logits: the same numbers as with them, its gradients, a table that is tied, frozen or of its own, a bias.
// SPDX-License-Identifier: Apache-2.0
#include "hone/op/vocabulary/vocabulary.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

inline constexpr int many_words = 2100; // three chunks, the last one short

struct word_batch {
    token_rows tokens;
    token_labels<> next;
    HONE_FIELDS(tokens, next)
};
struct model_type {
    HONE_PARTS((word, embedding<vocabulary<many_words>, width<12>>), (map, linear<width<12>, width<12>>), (bias, vector<many_words>),
               (other, embedding<vocabulary<many_words>, width<12>>))
    static constexpr auto call(auto self, auto t) { return hyperbolic_tangent(self.map(self.word(t.ids))); }
};
struct texts {
    testing::tokens text{{5, 1, 90, 13, 101}, many_words, 71};
    std::vector<std::int32_t> next = labels(210, many_words, 72);
    texts() {
        next[3] = next[100] = -100;
        next[4] = many_words - 1;
        next[5] = vocabulary_chunk;
        next[6] = vocabulary_chunk - 1;
    }
    word_batch batch() const { return {text.rows(), {next}}; }
};
template <class Loss, class Plain, class Trains>
void judge_words(Loss fused, Plain plain, Trains trains) {
    parameters<model_type, double> model;
    fill(model, 41, 0.45);
    const texts data;
    team alone(1), workers(3);
    auto step = differentiate<word_batch>(model, trains, fused, alone);
    auto expected = differentiate<word_batch>(model, trains, plain, alone);
    auto shared = differentiate<word_batch>(model, trains, fused, workers);
    const auto a = step(data.batch()), b = expected(data.batch()), c = shared(data.batch());
    CHECK(std::abs(a.loss - b.loss) < 1e-13 * b.loss);
    CHECK(same_bits(a.loss, c.loss));
    REQUIRE(a.gradients.count == b.gradients.count);
    double largest = 0, difference = 0;
    for (long i = 0; i < b.gradients.count; ++i) {
        largest = std::max(largest, std::abs(b.gradients.values[i]));
        difference = std::max(difference, std::abs(a.gradients.values[i] - b.gradients.values[i]));
    }
    CHECK(largest > 1e-4);
    CHECK(difference <= 1e-13 * largest);
    CHECK(std::memcmp(a.gradients.values, c.gradients.values, static_cast<std::size_t>(a.gradients.count) * sizeof(double)) == 0);
    CHECK(step.arena_bytes() < expected.arena_bytes());
}
constexpr auto mean_of_rows = [](auto values, auto label) { return mean_of(values, function<is_label_>{}(label)); };

} // namespace

TEST_CASE("a table that is tied to the words") {
    judge_words([](auto m, auto b) { return mean_of_rows(vocabulary_loss(m(b.tokens), m.word.weight, b.next), b.next); },
                [](auto m, auto b) { return cross_entropy(product(m(b.tokens), m.word.weight), b.next); }, trainable<on<"word.**", "map.**">>{});
}
TEST_CASE("a table of its own with a bias") {
    judge_words([](auto m, auto b) { return mean_of_rows(vocabulary_loss(m(b.tokens), m.other.weight, b.next, m.bias), b.next); },
                [](auto m, auto b) { return cross_entropy(product(m(b.tokens), m.other.weight) + m.bias, b.next); }, all{});
}
TEST_CASE("a frozen table") {
    judge_words([](auto m, auto b) { return mean_of_rows(vocabulary_loss(m(b.tokens), m.other.weight, b.next, m.bias), b.next); },
                [](auto m, auto b) { return cross_entropy(product(m(b.tokens), m.other.weight) + m.bias, b.next); }, trainable<on<"map.**">>{});
}
TEST_CASE("only the bias trains") {
    judge_words([](auto m, auto b) { return mean_of_rows(vocabulary_loss(m(b.tokens), m.other.weight, b.next, m.bias), b.next); },
                [](auto m, auto b) { return cross_entropy(product(m(b.tokens), m.other.weight) + m.bias, b.next); }, trainable<on<"bias">>{});
}
