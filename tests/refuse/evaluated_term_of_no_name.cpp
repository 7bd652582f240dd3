// expect: hone[E080] no term of this loss has this name
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

double use(parameters<small>& model, team& workers, const text_batch& texts) {
    auto read = evaluate(model, [](auto m, auto batch) { return term<"labels">(cross_entropy(m(batch.tokens), batch.label)); }, workers);
#ifdef HONE_TWIN
    return read(texts).term<"labels">().value();
#else
    return read(texts).term<"loss">().value();
#endif
}
