// expect: hone[E099] a layer that is perturbed or asked for its value gives one value
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>
#include <hone/layer/embed.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct vectors : embed<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>> {};

constexpr auto both = [](auto m, auto batch) {
#ifdef HONE_TWIN
    const auto [y, other] = giving<"bert.blocks.1">(m)(batch.tokens);
#else
    const auto [y, other] = giving<"pooler">(m)(batch.tokens);
#endif
    return other;
};
void use(parameters<vectors>& model, team& workers) {
    auto values = evaluate<token_batch>(model, both, workers);
    (void)values;
}
