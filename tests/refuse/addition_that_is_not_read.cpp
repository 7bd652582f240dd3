// expect: hone[E097] what is added here never reaches the loss
// SPDX-License-Identifier: Apache-2.0
#include <hone/adapter/opened.hpp>
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

constexpr auto of_words = [](auto m, auto batch) {
#ifdef HONE_TWIN
    const auto [y, words] = giving<"bert.embeddings.word">(perturbed<"bert.embeddings.word", "d">(m))(batch.tokens);
#else
    const auto [y, words] = giving<"bert.embeddings.word">(perturbed<"classifier", "d">(m))(batch.tokens);
#endif
    return mean_of(square(words));
};
void use(parameters<small>& model, team& workers) {
    auto step = differentiate(model, trainable<on<"bert.embeddings.word.weight">>{}, of_words, workers);
    (void)step;
}
