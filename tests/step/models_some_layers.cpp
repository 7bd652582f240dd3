// Models of which some layers train: a repeat is cut into runs that are alike, each with the right gradient.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w12 = width<12>;

struct model {
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<5, plain_block<w12>>), (head, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids)))); }
};
struct twice_five {
    HONE_PARTS((word, table_of<w12>), (outer, repeat<3, residual<repeat<2, bend<w12>>>>))
    static constexpr auto call(auto self, auto t) { return self.outer(self.word(t.ids)); }
};
constexpr auto loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };

} // namespace

TEST_CASE("the lowest and the highest layer of a repeat train") {
    judge<model>(trainable<on<"blocks.0.**", "blocks.4.network.**">>{}, loss);
}
TEST_CASE("every second layer of a repeat trains in part") {
    judge<model>(trainable<on<"blocks.1.network.**", "blocks.3.network.**">>{},
                 [](auto m, auto b) { return mean_of(uneven(m.blocks(m.word(b.left.ids)))); });
}
TEST_CASE("one layer of one repeat in a repeat trains") {
    judge<twice_five>(trainable<on<"outer.1.layer.1.**">>{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("the last layers of a repeat in a repeat train") {
    judge<twice_five>(trainable<on<"outer.2.**", "outer.*.layer.1.map.bias">>{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
