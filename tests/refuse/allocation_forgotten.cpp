// expect: hone[E046] let the optimizer take the allocation too
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
struct tuned : adapt<small, adalora<rank<4>>, on<"**.query">> {};

void use(parameters<tuned>& model, team& workers, const text_batch& batch) {
    auto step = differentiate(model, trainable<adapters>{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); }, workers);
    const auto optimizer = chain(adamw{.rate = 1e-3});
    auto state = optimizer.start(step.weights());
    allocation ranks(step.weights(), {.target = 2, .total = 100});
#ifdef HONE_TWIN
    optimizer.step(step.weights(), step(batch).gradients, state, ranks);
#else
    optimizer.step(step.weights(), step(batch).gradients, state);
#endif
}
