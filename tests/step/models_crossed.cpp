// A model that the library has never seen: attention from one text to another.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct crossed { // the left text asks the right one, and its first token asks once more
    HONE_PARTS((left, table_of<w20>), (right, table_of<w20>), (q, linear<w20, w20>), (k, linear<w20, w20>), (v, projection<w20, w20>),
               (head, linear<w20, classes<label_count>>))
    static constexpr auto call(auto self, auto a, auto b) {
        const auto x = self.left(a.ids), y = self.right(b.ids);
        const auto z = x + attention<5>(self.q(x), self.k(y), self.v(y));
        const auto first = first_token(z);
        return self.head(first + attention<2>(first, self.k(y), self.v(y)));
    }
};
} // namespace

TEST_CASE("attention from one input to the other") {
    judge<crossed>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}
