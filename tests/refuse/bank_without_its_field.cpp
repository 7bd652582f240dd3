// expect: hone[E057] a field that this batch does not have
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
struct served : adapt<small, lora_bank<several<2>, rank<2>>, on<"**.query">> {};

void use(parameters<served>& model, team& workers) {
#ifdef HONE_TWIN
    auto program = evaluate<mixed_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, workers);
#else
    auto program = evaluate<text_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, workers);
#endif
    (void)program;
}
