// expect: hone[E070] a pattern of more than 63 parts
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

#ifdef HONE_TWIN
using chosen = on<"classifier.**">;
#else
using chosen = on<"classifier.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**.**">;
#endif
void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<chosen>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); }, workers);
    (void)step;
}
