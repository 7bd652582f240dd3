// expect: hone[E063] selects no weight that trains
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

using namespace hone;

using encoder = bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>;
struct small : classify<encoder, classes<3>> {};
constexpr auto one_loss = [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label); };

void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<on<"**">>{}, one_loss, workers);
#ifdef HONE_TWIN
    const auto optimizer = chain(per<"classifier.**">(adamw{.rate = 1e-3}), per<"**.weight", "**">(adamw{}));
#else
    const auto optimizer = chain(per<"**">(adamw{.rate = 1e-3}), per<"**.weight", "**">(adamw{}));
#endif
    auto state = optimizer.start(step);
    optimizer.step(step.weights(), step.gradients(), state);
}
