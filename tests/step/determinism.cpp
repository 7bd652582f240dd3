// Training with 1, 2, 3 and 8 threads: not a bit differs in losses, weights and moments after 20 steps with dropout on ragged batches.
// The team may ask for more threads than there are processors: they are real ones all the same.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "hone/loss/loss.hpp"
#include "hone/model/bert.hpp"
#include "hone/optimizer/adamw.hpp"
#include "hone/optimizer/chain.hpp"
#include "hone/optimizer/cpu.hpp"
#include "step/model.hpp"
#include "test.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using encoder = bert<layers<2>, width<20>, heads<2>, inner<36>, vocabulary<17>, positions<40>>;
struct model_type : classify<encoder, classes<5>> {};

struct trace {
    std::vector<double> losses, norms;
    std::vector<float> weights, first, second;
};

/// 20 steps; a batch of 1 to 24 sequences of 1 to 40 tokens, several blocks of 96 rows in most.
template <class Input = void>
trace train(int threads, std::uint64_t seed) {
    parameters<model_type> model;
    model.initialize(1);
    team workers(threads);
    constexpr auto loss_of = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };
    constexpr trainable<on<"**">> everything;
    auto step = [&] {
        if constexpr (std::is_void_v<Input>) return differentiate(model, everything, loss_of, workers, seed);
        else return differentiate<Input>(model, everything, loss_of, workers, seed);
    }();
    step.template set<"dropout">(0.2f).template set<"attention_dropout">(0.2f);
    const auto optimizer = chain(clip_by_global_norm(0.5), adamw{.rate = linear_warmup(1e-2, 3, 25)});
    auto state = optimizer.start(step.weights());
    trace t;
    numbers draw(11);
    for (int n = 0; n < 20; ++n) {
        std::vector<std::int32_t> ids, offsets{0}, label;
        const int sequences = 1 + draw.below(24);
        for (int s = 0; s < sequences; ++s) {
            const int length = 1 + draw.below(40);
            for (int i = 0; i < length; ++i)
                ids.push_back(draw.below(17));
            offsets.push_back(static_cast<std::int32_t>(ids.size()));
            label.push_back(draw.below(5));
        }
        const auto [loss, gradients] = step({{ids, offsets}, label});
        optimizer.step(step.weights(), gradients, state);
        t.losses.push_back(loss);
        t.norms.push_back(state.gradient_norm);
    }
    model.each([&](const named_weight<float>& w) { t.weights.insert(t.weights.end(), w.values.begin(), w.values.end()); });
    t.first.assign(state.template get<"adam.mu">().begin(), state.template get<"adam.mu">().end());
    t.second.assign(state.template get<"adam.nu">().begin(), state.template get<"adam.nu">().end());
    return t;
}

template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
    return a.size() == b.size() && !a.empty() && std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0;
}

} // namespace

TEMPLATE_TEST_CASE("the number of threads changes no bit", "", void, bf16) {
    constexpr auto train = ::train<TestType>;
    const auto alone = train(1, 5);
    CHECK(alone.losses.front() > 0);
    CHECK(*std::min_element(alone.norms.begin(), alone.norms.end()) < *std::max_element(alone.norms.begin(), alone.norms.end()));
    CHECK(*std::max_element(alone.norms.begin(), alone.norms.end()) > 0.5); // clipping took place
    for (int threads : {1, 2, 3, 8}) {
        const auto shared = train(threads, 5);
        INFO(threads << " threads");
        CHECK(same(shared.losses, alone.losses));
        CHECK(same(shared.norms, alone.norms));
        CHECK(same(shared.weights, alone.weights));
        CHECK(same(shared.first, alone.first));
        CHECK(same(shared.second, alone.second));
    }
    const auto other = train(2, 6); // dropout was on: another seed is another run
    CHECK_FALSE(same(other.losses, alone.losses));
    CHECK_FALSE(same(other.weights, alone.weights));
}
