// expect: hone[E096] nothing is added under this name
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(perturbed<"bert.embeddings.word">(m)(batch.tokens), batch.label); }, workers);
#ifdef HONE_TWIN
    (void)step.gradient_at<"bert.embeddings.word">();
#else
    (void)step.gradient_at<"bert.embeddings">();
#endif
}
