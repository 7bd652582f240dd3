// expect: hone[E015] an operation without a derivative
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

struct rounded_ : elementwise {
    static constexpr auto value(auto x) { return x * x; }
};
struct steep_ : elementwise {
    static constexpr auto value(auto x) { return x * x; }
    static constexpr auto slope(auto x) { return x + x; }
};

void use(parameters<small>& model, team& workers) {
#ifdef HONE_TWIN
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(function<steep_>{}(m(batch.tokens)), batch.label); }, workers);
#else
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(function<rounded_>{}(m(batch.tokens)), batch.label); }, workers);
#endif
    (void)step;
}
