// expect: hone[E047] no layer of this model has an AdaLoRA adapter
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, adalora<rank<4>>, on<"**.query">> {};
#else
struct tuned : adapt<small, lora<rank<4>>, on<"**.query">> {};
#endif

void use(parameters<tuned>& model, team& workers) {
    auto step = differentiate(model, trainable<adapters>{}, [](auto m, auto b) { return cross_entropy(m(b.tokens), b.label) + mean_of(orthogonality(m)); }, workers);
    (void)step;
}
