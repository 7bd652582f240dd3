// expect: hone[E072] at most 64 patterns
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/step/differentiate.hpp>

using namespace hone;

struct small : classify<bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>, classes<3>> {};

using sixteen = except<on<"**", "*", "*.*", "*.*.*", "**.query.*", "**.key.*", "**.value.*", "**.output.*", "**.up.*", "**.down.*", "**.weight", "**.bias", "**.word.*", "**.norm.*">, trainable<norms, biases>>;
#ifdef HONE_TWIN
using chosen = trainable<sixteen, sixteen, sixteen, on<"classifier.**">>;
#else
using chosen = trainable<sixteen, sixteen, sixteen, sixteen, on<"classifier.**">>;
#endif
bool use(const weight_place& w) { return chosen::selects(w); }
