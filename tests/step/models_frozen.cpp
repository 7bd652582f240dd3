// Models that train in part: what is frozen has no gradient and nothing is computed for it, what trains has the right one.
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
constexpr auto loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };

/// How many nodes of a kind the backward pass of the whole program holds; of a loop, how many layers they run.
template <class Program>
struct counted {
    int loops = 0, layers = 0, products_back = 0, weight_gradients = 0;
    constexpr counted() {
        for (const auto& n : Program::plan.nodes) {
            if (n.op == &operation_of<loop_back_>)
                ++loops, layers += Program::plan.loops[static_cast<std::size_t>(n.detail)].count;
            products_back += n.op == &operation_of<product_back_>;
            weight_gradients += n.op == &operation_of<accumulate_>;
        }
    }
};
template <class Trainable>
auto counts_of(Trainable) {
    static parameters<model, double> weights;
    static team alone(1);
    using step = decltype(differentiate<pair_batch>(weights, Trainable{}, loss, alone));
    return counted<typename step::program>();
}

} // namespace

TEST_CASE("only the head trains: nothing below it has a backward pass") {
    using trains = trainable<on<"head.**">>;
    judge<model>(trains{}, loss);
    const auto found = counts_of(trains{});
    CHECK(found.loops == 0);
    CHECK(found.products_back == 0);
    CHECK(found.weight_gradients == 2);
}
TEST_CASE("two layers in the middle train: nothing below the lower one, no weight gradient above the upper one") {
    using trains = trainable<on<"blocks.2.**", "blocks.3.**">>;
    judge<model>(trains{}, loss);
    CHECK(counts_of(trains{}).layers == 2); // the last layer has left its loop, the lower two have no backward pass
}
TEST_CASE("only biases train") {
    judge<model>(trainable<on<"blocks.*.*.*.bias", "head.bias", "blocks.*.norm.bias", "blocks.*.attend_norm.bias">>{}, loss);
}
TEST_CASE("the last layer and the head train") {
    using trains = trainable<on<"blocks.4.**", "head.**">>;
    judge<model>(trains{}, loss);
    CHECK(counts_of(trains{}).loops == 0);
}
TEST_CASE("only the table trains, below everything that is frozen") {
    using trains = trainable<on<"word.**">>;
    judge<model>(trains{}, loss);
    CHECK(counts_of(trains{}).weight_gradients == 1);
}
