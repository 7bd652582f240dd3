// Objects used after their time, or with others' objects: a model that was destroyed or moved,
// gradients and moments of other weights.
// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/optimizer/cpu.hpp"
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct small {
    HONE_PARTS((word, table_of<width<8>>), (head, linear<width<8>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        return self.head(mean_sequence(self.word(t.ids)));
    }
};
constexpr auto loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };
using heads_alone = trainable<on<"head.**">>;
const auto chained = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-2});

} // namespace

TEST_CASE("a step and an evaluation whose model was destroyed say so") {
    team alone(1);
    auto model = std::make_unique<parameters<small>>();
    fill(*model, 3, 0.5);
    auto step = differentiate<pair_batch>(*model, all{}, loss, alone);
    auto read = evaluate<pair_batch>(*model, loss, alone);
    CHECK(step(few.batch()).loss > 0);
    model.reset();
    CHECK_THROWS_WITH(step(few.batch()),
                      Catch::Contains("step.model_gone") && Catch::Contains("destroyed"));
    CHECK_THROWS_WITH(step.weights(), Catch::Contains("step.model_gone"));
    CHECK_THROWS_WITH(read(few.batch()), Catch::Contains("step.model_gone"));
}
TEST_CASE("a step whose model was moved away says so; one that is made afterwards works") {
    team alone(1);
    parameters<small> model, other;
    fill(model, 3, 0.5);
    fill(other, 4, 0.5);
    auto step = differentiate<pair_batch>(model, all{}, loss, alone),
         old = differentiate<pair_batch>(other, all{}, loss, alone);
    const double before = step(few.batch()).loss;
    auto state = chained.start(step.weights());
    other = std::move(model);
    CHECK_THROWS_WITH(step(few.batch()),
                      Catch::Contains("step.model_gone") && Catch::Contains("moved"));
    CHECK_THROWS_WITH(old(few.batch()),
                      Catch::Contains("step.model_gone") &&
                          Catch::Contains("destroyed")); // its weights are no more
    auto next = differentiate<pair_batch>(other, all{}, loss, alone);
    const auto [now, gradients] = next(few.batch());
    CHECK(now == before);
    chained.step(next.weights(), gradients,
                   state); // the weights that the moments belong to, at another place
    CHECK(next(few.batch()).loss < before);
}
TEST_CASE("gradients and moments of other weights are refused") {
    team alone(1);
    parameters<small> model, twin;
    fill(model, 3, 0.5);
    fill(twin, 3, 0.5);
    auto step = differentiate<pair_batch>(model, all{}, loss, alone),
         of_twin = differentiate<pair_batch>(twin, all{}, loss, alone);
    auto head = differentiate<pair_batch>(model, heads_alone{}, loss, alone);
    auto state = chained.start(step.weights()), of_head = chained.start(head.weights()),
         of_other = chained.start(of_twin.weights());
    const auto own = step(few.batch()).gradients;
    const auto part = head(few.batch()).gradients;
    const auto twins = of_twin(few.batch()).gradients;
    const std::vector<float> before(model.weight("head.weight").values.begin(),
                                    model.weight("head.weight").values.end());
    CHECK_THROWS_WITH(chained.step(step.weights(), part, state),
                      Catch::Contains("optimizer.other_weights") && Catch::Contains("gradients"));
    CHECK_THROWS_WITH(chained.step(step.weights(), own, of_head),
                      Catch::Contains("optimizer.other_weights") && Catch::Contains("moments"));
    CHECK_THROWS_WITH(chained.step(step.weights(), twins, state),
                      Catch::Contains("optimizer.other_weights"));
    CHECK_THROWS_WITH(chained.step(step.weights(), own, of_other),
                      Catch::Contains("optimizer.other_weights"));
    CHECK(std::equal(before.begin(), before.end(), model.weight("head.weight").values.begin()));
    auto same = differentiate<pair_batch>(
        model, all{}, [](auto m, auto b) { return mean_of(square(m(b.right))); },
        alone); // another loss of the same weights
    chained.step(step.weights(), own, state);
    chained.step(same.weights(), same(few.batch()).gradients, state);
    CHECK(state.step == 2);
}
