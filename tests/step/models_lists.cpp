// Repeats that carry several values, and values that every layer reads: their gradients, through frozen and trained layers, nested and twice.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// Two values, each made from both; the second one has a width of its own.
struct braid {
    HONE_PARTS((left, linear<width<12>, width<12>>), (right, linear<width<12>, width<5>>), (back, linear<width<5>, width<12>>))
    static constexpr auto call(auto self, auto x, auto y) {
        return carry(x + hyperbolic_tangent(self.left(x) + self.back(y)), hyperbolic_tangent(self.right(x)) * y);
    }
};
/// x, and what every layer reads: a value of the same rows, and one of the sequences.
struct reader {
    HONE_PARTS((map, linear<width<12>, width<12>>), (other, linear<width<5>, width<12>>))
    static constexpr auto call(auto self, auto x, auto side, auto of_sequence) {
        return x + hyperbolic_tangent(self.map(x) * side) + spread(self.other(of_sequence), x);
    }
};
/// Counts a loss of its own beside the value: one number a token.
struct counting {
    HONE_PARTS((attend, self_attention<width<12>, heads<2>>), (map, linear<width<12>, width<12>>))
    static constexpr auto call(auto self, auto x, auto sum) {
        const auto y = x + self.attend(x);
        return carry(y + hyperbolic_tangent(self.map(y)), sum + sum_columns(square(self.map(y))));
    }
};
template <int Layers>
struct braided {
    HONE_PARTS((word, table_of<width<12>>), (narrow, linear<width<12>, width<5>>), (blocks, repeat<Layers, braid>), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        auto [x, y] = self.blocks(w, self.narrow(w));
        return self.head(first_token(x) * mean_columns(first_token(y)));
    }
};
template <int Layers>
struct reading {
    HONE_PARTS((word, table_of<width<12>>), (side, table_of<width<12>>), (narrow, linear<width<12>, width<5>>), (blocks, repeat<Layers, reader>),
               (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        return self.head(first_token(self.blocks(w, self.side(t.ids), self.narrow(mean_sequence(w)))));
    }
};
/// A whole field of the batch and a column of whole numbers, read in every layer.
struct placed {
    HONE_PARTS((map, linear<width<12>, width<12>>), (word, table_of<width<12>>))
    static constexpr auto call(auto self, auto x, auto t, auto ids) { return x + hyperbolic_tangent(self.map(x) + self.word(t.ids)) * self.word(ids); }
};
struct placing {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<3, placed>), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids), t, t.ids))); }
};
struct losing {
    HONE_PARTS((word, table_of<width<12>>), (blocks, repeat<3, counting>), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) {
        const auto w = self.word(t.ids);
        return self.blocks(w, scaled<0>(sum_columns(w)));
    }
};
/// A repeat of repeats, both of which read the side.
struct inner_reader {
    HONE_PARTS((map, linear<width<12>, width<12>>))
    static constexpr auto call(auto self, auto x, auto side) { return x + hyperbolic_tangent(self.map(x * side)); }
};
struct outer_reader {
    HONE_PARTS((inside, repeat<2, inner_reader>), (map, linear<width<12>, width<12>>))
    static constexpr auto call(auto self, auto x, auto side) { return hyperbolic_tangent(self.map(self.inside(x, side))) + side; }
};
struct nested {
    HONE_PARTS((word, table_of<width<12>>), (side, table_of<width<12>>), (blocks, repeat<2, outer_reader>), (head, linear<width<12>, classes<label_count>>))
    static constexpr auto call(auto self, auto t) { return self.head(first_token(self.blocks(self.word(t.ids), self.side(t.ids)))); }
};

constexpr auto one_loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };
constexpr auto two_losses = [](auto m, auto b) {
    auto [x, sum] = m(b.left);
    return cross_entropy(m.head(first_token(x)), b.label) + mean_of(scaled<1, 5>(sum));
};

} // namespace

TEST_CASE("two values go from layer to layer") { judge<braided<4>>(all{}, one_loss); }
TEST_CASE("two values through one layer") { judge<braided<1>>(all{}, one_loss); }
TEST_CASE("two values, of which layers train in the middle") { judge<braided<4>>(trainable<on<"blocks.1.**", "head.**">>{}, one_loss); }
TEST_CASE("two values, of which one part trains everywhere") { judge<braided<3>>(trainable<on<"blocks.*.right.**">>{}, one_loss); }
TEST_CASE("values that every layer reads") { judge<reading<4>>(all{}, one_loss); }
TEST_CASE("values that every layer reads, the last layer for the first token alone") { judge<reading<1>>(all{}, one_loss); }
TEST_CASE("only what every layer reads trains") { judge<reading<3>>(trainable<on<"side.**", "narrow.**">>{}, one_loss); }
TEST_CASE("what every layer reads is frozen") { judge<reading<3>>(trainable<on<"blocks.2.**", "blocks.0.**">>{}, one_loss); }
TEST_CASE("a loss that layers add to") { judge<losing>(all{}, two_losses); }
TEST_CASE("a whole field and its ids, read by every layer") { judge<placing>(all{}, one_loss); }
TEST_CASE("a side read in repeats of repeats") { judge<nested>(all{}, one_loss); }
TEST_CASE("each keeping policy gives the same gradients") {
    parameters<braided<3>, double> model;
    fill(model, 41, 0.45);
    team alone(1);
    auto some = differentiate<pair_batch>(model, all{}, one_loss, alone);
    auto everything = differentiate<pair_batch, keeping::everything>(model, all{}, one_loss, alone);
    auto least = differentiate<pair_batch, recompute_blocks>(model, all{}, one_loss, alone);
    const auto a = some(few.batch()), b = everything(few.batch()), c = least(few.batch());
    for (long i = 0; i < a.gradients.count; ++i) {
        CHECK(std::abs(a.gradients.values[i] - b.gradients.values[i]) < 1e-12);
        CHECK(std::abs(a.gradients.values[i] - c.gradients.values[i]) < 1e-12);
    }
}
