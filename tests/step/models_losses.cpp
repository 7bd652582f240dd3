// Models that the library has never seen: several losses, a loss of the user, tied weights.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct with_features {
    HONE_PARTS((word, table_of<w20>), (feature, linear<width<3>, w20>), (bend, testing::bend<w20>),
               (head, linear<w20, classes<label_count>>), (score, linear<w20, width<1>>))
    static constexpr auto common(auto self, auto text, auto features) {
        return self.bend(mean_sequence(self.word(text.ids)) * sigmoid(self.feature(features)));
    }
    static constexpr auto call(auto self, auto text, auto features) { return common(self, text, features); }
};
struct tied { // logits of every token over the words, by the table that the words came from
    HONE_PARTS((word, matrix<words, 20>), (block, plain_block<w20>))
    static constexpr auto call(auto self, auto t) { return product(self.block(look_up(self.word, t.ids)), self.word); }
};
struct softplus_ : elementwise { // a user's own op: log(1 + exp(x))
    static constexpr auto value(auto x) { return log(decltype(x)(1) + exp(x)); }
    static constexpr auto slope(auto x) { return decltype(x)(1) / (decltype(x)(1) + exp(-x)); }
};
struct positive_ : elementwise { // 1 where x is positive; no gradient
    static constexpr auto value(auto x) { return where(x > decltype(x)(0), decltype(x)(1), decltype(x)(0)); }
    static constexpr void reverse(graph_builder&, int) {}
};
/// A user's own loss: log(1 + exp(-y s)) over the rows whose feature is positive.
constexpr auto logistic(auto score, auto target, auto weight) { return mean_of(function<softplus_>{}(-(score * target)), weight); }

} // namespace

TEST_CASE("features beside the text, two losses, one with a weight known at run time") {
    judge<with_features>(
        all{},
        [](auto m, auto b) {
            const auto x = m(b.left, b.features);
            return cross_entropy(m.head(x), b.label) + value<"balance"> * squared_error(m.score(x), b.target);
        },
        [](auto& step) { step.template set<"balance">(0.3); });
}
TEST_CASE("a user's own loss, weighted by row") {
    judge<with_features>(
        trainable<on<"word.**", "feature.**", "bend.**", "score.*">>{},
        [](auto m, auto b) {
            const auto x = m(b.left, b.features);
            return logistic(m.score(x), b.target, function<positive_>{}(b.target)) + value<"decay"> * mean_of(square(m.score.weight));
        },
        [](auto& step) { step.template set<"decay">(0.05); });
}
TEST_CASE("an embedding matrix that is also the output layer, a loss a token") {
    judge<tied>(all{}, [](auto m, auto b) { return mean_of(log_sum_exp(m(b.left)) - max_columns(number_like<1>(m(b.left)))); });
}
