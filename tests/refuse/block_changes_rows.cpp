// expect: hone[E022] must return what it is given
// SPDX-License-Identifier: Apache-2.0
#include <hone/layer/embedding.hpp>
#include <hone/layer/linear.hpp>

using namespace hone;

constexpr field_symbol<token_rows, part_name<"tokens">> tokens{};
struct pool {
    HONE_PARTS((layer, linear<width<4>, width<4>>))
#ifdef HONE_TWIN
    static constexpr auto call(auto self, auto x) { return spread(first_token(self.layer(x)), x); }
#else
    static constexpr auto call(auto self, auto x) { return first_token(self.layer(x)); }
#endif
};
constexpr auto x = bound<embedding<vocabulary<10>, width<4>>, path<>>{}(tokens.ids);
constexpr auto y = bound<repeat<2, pool>, path<>>{}(x);
