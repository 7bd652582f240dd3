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
