// expect: hone[E083] can be stated in one way only
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) {
#ifdef HONE_TWIN
        return value<"share", 1, 2> * cross_entropy(m(batch.tokens), batch.label) + value<"share", 1, 2> * mean_of(square(m(batch.tokens)));
#else
        return value<"share", 1, 2> * cross_entropy(m(batch.tokens), batch.label) + value<"share", 1, 3> * mean_of(square(m(batch.tokens)));
#endif
    }, workers);
}
