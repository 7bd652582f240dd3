// Models that the library has never seen: repeats called twice, deep stacks.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w12 = width<12>;

struct again { // the same blocks twice: weights shared in depth
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<3, bend<w12>>))
    static constexpr auto call(auto self, auto t) { return self.blocks(scaled<1, 2>(self.blocks(self.word(t.ids)))); }
};
struct two_ways { // read whole and through its first token
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<3, plain_block<w12>>), (head, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.blocks(self.word(t.ids));
        return self.head(first_token(x) * mean_sequence(x));
    }
};
struct beside { // the same blocks on two values of one row kind
    HONE_PARTS((word, table_of<w12>), (type, embedding<token_types<2>, w12>), (blocks, repeat<2, bend<w12>>),
               (head, linear<w12, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        return self.head(first_token(self.blocks(self.word(t.ids)) * self.blocks(self.type(t.types))));
    }
};
template <int N>
struct deep {
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<N, bend<w12>>), (norm, layer_norm<w12, 3>))
    static constexpr auto call(auto self, auto t) { return self.norm(self.blocks(self.word(t.ids))); }
};
template <class Layer>
using twice = sequence<Layer, Layer>;
struct eight { // eight residuals without a repeat
    HONE_PARTS((word, table_of<w12>), (layers, twice<twice<twice<residual<sequence<layer_norm<w12, 3>, linear<w12, w12>>>>>>))
    static constexpr auto call(auto self, auto t) { return self.layers(self.word(t.ids)); }
};

} // namespace

TEST_CASE("a repeat called on its own result") {
    judge<again>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
TEST_CASE("a repeat read whole and through its first token") {
    judge<two_ways>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); });
}
TEST_CASE("a repeat called on two values of one kind, read by first tokens") {
    judge<beside>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); });
}
TEST_CASE("48 layers") {
    judge<deep<48>>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); }, {.scale = 0.3, .sample = 4});
}
TEST_CASE("a repeat of one") {
    judge<deep<1>>(all{},
                   [](auto m, auto b) { return mean_of(uneven(first_token(m(b.left)))) + mean_of(uneven(sum_sequence(m(b.right)))); });
}
TEST_CASE("eight residuals without a repeat") {
    judge<eight>(all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left))); });
}
