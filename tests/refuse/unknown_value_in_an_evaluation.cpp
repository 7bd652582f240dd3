// expect: hone[E029] reads a value of this name
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers) {
    auto read = evaluate(model, [](auto m, auto batch) { return m(batch.tokens) * value<"heat">; }, workers);
#ifdef HONE_TWIN
    read.set<"heat">(0.5f);
#else
    read.set<"dropout">(0.5f);
#endif
}
