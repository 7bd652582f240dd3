// expect: hone[E036] an adapter goes around a layer, not around a weight
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapt.hpp>
#include <hone/adapter/lora.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, lora<rank<4>>, on<"**.query">> {};
#else
struct tuned : adapt<small, lora<rank<4>>, on<"**.query.weight">> {};
#endif

void use(parameters<tuned>& model, team& workers) {
    auto step = differentiate(model, trainable<adapters>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
    (void)step;
}
