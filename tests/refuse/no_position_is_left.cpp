// expect: hone[E043] leave none for a text
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/adapter.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};
#ifdef HONE_TWIN
struct tuned : adapt<small, prompt<virtual_tokens<15>>, on<"**.word">> {};
#else
struct tuned : adapt<small, prompt<virtual_tokens<16>>, on<"**.word">> {};
#endif

void use(parameters<tuned>& model) {
    auto step = differentiate(model, trainable<adapters>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    step.reserve({10, 1});
}
