// expect: hone[E073] no family of published models is known for this body
// SPDX-License-Identifier: Apache-2.0
#include <hone/model/bert.hpp>
#include <hone/model/pretrained.hpp>

using namespace hone;

struct my_body {
    using width = hone::width<8>;
    HONE_PARTS((table, embedding<vocabulary<30>, hone::width<8>>))
    static constexpr auto call(auto self, auto tokens) { return self.table(tokens.ids); }
};
#ifdef HONE_TWIN
using encoder = bert<layers<2>, width<8>, heads<2>, hone::inner<12>, vocabulary<30>, positions<16>>;
#else
using encoder = my_body;
#endif
struct small : classify<encoder, classes<3>> {};

void use() {
    auto model = load<small>("folder");
    (void)model;
}
