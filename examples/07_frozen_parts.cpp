// 07: what trains is a set of patterns over the names of the weights. The rest is frozen: no gradient of it is computed, nothing below
// the lowest trainable weight is gone back through, and the optimizer keeps no moments for it.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>

using namespace hone;

using encoder = bert<layers<3>, width<16>, heads<2>, inner<32>, vocabulary<11>, positions<8>>;
struct model_type : classify<encoder, classes<2>> {};

int main() {
    parameters<model_type> model;
    model.initialize(2);

    // In a pattern * is one part of a name and ** any number: the last block's query and value, every bias of that block, the whole head.
    using chosen = trainable<on<"bert.blocks.2.attention.query.*", "bert.blocks.2.attention.value.*", "bert.blocks.2.**.bias">,
                             on<"classifier.**", "pooler.**">>;
    auto step = differentiate(model, chosen{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    auto all = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    const auto optimizer = chain(adamw{.rate = 1e-2});
    auto state = optimizer.start(step.weights());

    std::vector<float> before;
    std::as_const(model).each([&](const named_weight<const float>& w) { before.insert(before.end(), w.values.begin(), w.values.end()); });
    const std::vector<std::int32_t> ids{1, 4, 9, 2, 1, 5, 2}, offsets{0, 4, 7}, label{1, 0};
    const text_batch batch{{ids, offsets}, label};
    for (int n = 0; n < 3; ++n)
        optimizer.step(step.weights(), step(batch).gradients, state);

    int moved = 0, expected = 0;
    bool right = true;
    std::size_t at = 0;
    const float* old = before.data();
    std::as_const(model).each([&](const named_weight<const float>& w) {
        bool changed = false;
        for (const float v : w.values) changed |= v != *old++;
        const bool trains = chosen::selects({w.name});
        right = right && (trains || !changed) && (!trains || step.weights().ranges[at].name == w.name);
        at += trains;
        moved += changed;
        expected += trains;
    });
    std::printf("%d weights may change, %d did; the step holds %ld gradients instead of %ld, its arena %ld bytes instead of %ld\n",
                expected, moved, step.weights().count, all.weights().count, step.plan().bytes({512, 64}, 1),
                all.plan().bytes({512, 64}, 1));
    return right && moved == expected && at == step.weights().ranges.size() &&
                   step.plan().bytes({512, 64}, 1) < all.plan().bytes({512, 64}, 1)
               ? 0
               : 1;
}
