// Models that the library has never seen: repeats in repeats.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w12 = width<12>;

template <int N>
struct group_of_bends {
    HONE_PARTS((first, bend<w12>), (inner, repeat<N, bend<w12>>), (norm, layer_norm<w12, 3>))
    static constexpr auto call(auto self, auto x) { return self.norm(x + self.inner(self.first(x))); }
};
struct nested {
    HONE_PARTS((word, table_of<w12>), (outer, repeat<2, group_of_bends<3>>))
    static constexpr auto call(auto self, auto t) { return self.outer(self.word(t.ids)); }
};
struct only_nested { // a repeat whose block is nothing but a repeat
    HONE_PARTS((word, table_of<w12>), (outer, repeat<3, repeat<2, bend<w12>>>))
    static constexpr auto call(auto self, auto t) { return self.outer(self.word(t.ids)); }
};
} // namespace

TEST_CASE("a repeat in a repeat") {
    judge<nested>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("a repeat in a repeat, read by its first token") {
    judge<nested>(all{}, [](auto m, auto b) { return mean_of(uneven(first_token(m(b.left)))); });
}
TEST_CASE("a repeat of nothing but a repeat") {
    judge<only_nested>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
