// expect: hone[E099] a layer that is perturbed or asked for its value gives one value
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(perturbed<"bert.blocks.1">(m)(batch.tokens), batch.label); }, workers);
#else
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(perturbed<"bert.blocks">(m)(batch.tokens), batch.label); }, workers);
#endif
    (void)step;
}
