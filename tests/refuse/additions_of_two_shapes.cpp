// expect: hone[E098] additions of one name are added to values of different rows or widths
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(perturbed<"pooler", "e">(perturbed<"bert.embeddings.word", "d">(m))(batch.tokens), batch.label); }, workers);
#else
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(perturbed<"pooler", "d">(perturbed<"bert.embeddings.word", "d">(m))(batch.tokens), batch.label); }, workers);
#endif
    (void)step;
}
