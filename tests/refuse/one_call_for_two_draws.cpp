// expect: hone[E082] a value is compared with itself
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) {
#ifdef HONE_TWIN
        const auto p = draw<0>{}(m(batch.tokens));
        const auto q = draw<1>{}(m(batch.tokens));
#else
        const auto p = m(batch.tokens);
        const auto q = m(batch.tokens);
#endif
        return mean_of(square(p - q)) + cross_entropy(p, batch.label);
    }, workers);
}
