// expect: hone[E083] can be stated in one way only
// SPDX-License-Identifier: Apache-2.0
#include <hone/loss/classes.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

void use(parameters<small>& model, team& workers, std::span<const float> numbers) {
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return weighted_cross_entropy(m(batch.tokens), batch.label, value_row<"weights", 3>); }, workers);
#ifdef HONE_TWIN
    step.set<"weights">(numbers);
#else
    step.set<"weights">(2.0f);
#endif
}
