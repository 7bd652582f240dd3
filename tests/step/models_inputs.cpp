// Models that the library has never seen: several inputs and shared parts.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct encoder {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<2, plain_block<width<12>>>))
    static constexpr auto call(auto self, auto t) { return self.blocks(self.word(t.ids)); }
};
struct siamese {
    HONE_PARTS((encode, encoder), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto left, auto right) {
        const auto u = first_token(self.encode(left)), v = mean_sequence(self.encode(right));
        return self.head(square(u - v) + u * v);
    }
};
struct siamese_of_means {
    HONE_PARTS((encode, encoder), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto left, auto right) {
        return self.head(mean_sequence(self.encode(left)) * mean_sequence(self.encode(right)));
    }
};
struct siamese_of_first_tokens {
    HONE_PARTS((encode, encoder), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto left, auto right) {
        return self.head(first_token(self.encode(left)) * first_token(self.encode(right)));
    }
};
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

TEST_CASE("one encoder on two inputs, one read by its first token, the other by its mean") {
    judge<siamese>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}
TEST_CASE("one encoder on two inputs, both averaged") {
    judge<siamese_of_means>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}
TEST_CASE("one encoder on two inputs, both read by their first tokens") {
    judge<siamese_of_first_tokens>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}
TEST_CASE("attention from one input to the other") {
    judge<crossed>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left, b.right), b.label); });
}
