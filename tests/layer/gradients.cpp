// Every layer against differences, over ragged sequences of 1 to 9 tokens, with dropout on where the layer draws.
// SPDX-License-Identifier: Apache-2.0
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

const tokens words({3, 1, 9, 5, 2, 8}, 11, 3, 2);

/// A table, a layer behind it, all of it in the loss.
template <class Layer, int Width = 20>
struct behind_table {
    HONE_PARTS((table, embedding<vocabulary<11>, width<Width>>), (layer, Layer))
    static constexpr auto call(auto self, auto t) { return self.layer(self.table(t.ids)); }
};
using small_bert = bert<layers<3>, width<20>, heads<5>, inner<36>, vocabulary<11>, positions<9>>;
struct small_classifier : classify<small_bert, classes<4>> {};

using w20 = width<20>;
using w100 = width<100>;

void check(const checked_gradient& found) {
    INFO(found.text());
    CHECK(found.largest > 1e-4);
    CHECK(found.relative() <= close_enough);
    for (const auto& w : found.weights) {
        INFO(w.name);
        CHECK((w.largest > 0 || w.name.ends_with("key.bias")));
    }
}

} // namespace

TEMPLATE_TEST_CASE("gradients of layers on tokens", "", (behind_table<linear<w20, w100>>), (behind_table<projection<w100, width<3>>, 100>),
                   (behind_table<layer_norm<w20>>), (behind_table<layer_norm<w20, 12>>), (behind_table<self_attention<w20, heads<5>>>),
                   (behind_table<feed_forward<w20, hone::inner<50>>>), (behind_table<gated_feed_forward<w20, hone::inner<50>>>),
                   (behind_table<residual<linear<w20, w20>>>),
                   (behind_table<sequence<linear<w20, width<7>>, sequence<layer_norm<width<7>>, projection<width<7>, w100>>>>),
                   (behind_table<repeat<3, residual<sequence<layer_norm<w20>, feed_forward<w20, width<7>>>>>>)) {
    parameters<TestType, double> model;
    fill(model, 21, 0.5);
    team workers(1);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            const auto y = m(batch.tokens);
            return mean_of(y * shifted<1, 3>(y));
        },
        workers);
    check(check_gradients(step, {words.rows()}, {.sample = 40}));
}

TEST_CASE("gradients of a feed-forward layer with relu, away from its kink") {
    parameters<behind_table<feed_forward<w20, hone::inner<50>, relu_>>, double> model;
    fill(model, 24, 0.3);
    for (double& v : model.weight("layer.up.bias").values)
        v = v < 0 ? v - 2 : v + 2;
    team workers(1);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.tokens))); }, workers);
    check(check_gradients(step, {words.rows()}, {.sample = 40}));
}

TEST_CASE("gradients of BERT as a classifier, with dropout and without") {
    const double rate = GENERATE(0.0, 0.1);
    parameters<small_classifier, double> model;
    fill(model, 22, 0.4);
    team workers(1);
    auto step = differentiate(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers, 8);
    step.template set<"dropout">(rate).template set<"attention_dropout">(rate);
    const auto label = labels(6, 4, 5);
    check(check_gradients(step, {words.rows(), label}, {.h = 3e-4, .sample = 12}));
}
TEST_CASE("gradients of BERT read whole") {
    parameters<small_bert, double> model;
    fill(model, 23, 0.4);
    team workers(1);
    auto step = differentiate<token_batch>(
        model, trainable<on<"**">>{},
        [](auto m, auto batch) {
            const auto y = m(batch.tokens);
            return mean_of(y * shifted<1, 3>(y));
        },
        workers, 8);
    step.template set<"dropout">(0.1).template set<"attention_dropout">(0.2);
    check(check_gradients(step, {words.rows()}, {.h = 3e-4, .sample = 12}));
}
