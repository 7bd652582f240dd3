// Values without gradients: whatever an expression ends in can be read, dropout passes its input through, and a policy that keeps
// nothing changes nothing. Widths known at run time inside a repeat; an op of three arguments; numbers of the caller in an expression.
// SPDX-License-Identifier: Apache-2.0
#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

using w12 = width<12>;

struct model {
    HONE_PARTS((word, table_of<w12>), (blocks, repeat<2, plain_block<w12>>), (drop, dropout), (head, linear<w12, classes<run_time>>))
    static constexpr auto call(auto self, auto t) { return self.head(self.drop(first_token(self.blocks(self.word(t.ids))))); }
};
struct wide_inside { // as wide as the classes, inside a repeat, beside values that are not
    HONE_PARTS((word, table_of<w12>),
               (blocks, repeat<3, residual<sequence<layer_norm<w12, 3>, feed_forward<w12, classes<run_time>, tanh_>>>>),
               (head, linear<w12, classes<run_time>>))
    static constexpr auto call(auto self, auto t) { return self.head(mean_sequence(self.blocks(self.word(t.ids)))); }
};
struct blend_ : elementwise { // a s + b (1 - s), three arguments, one slope from y
    static constexpr auto value(auto a, auto b, auto s) { return a * s + b * (decltype(a)(1) - s); }
    template <int I>
    static constexpr auto slope(auto a, auto b, auto s, auto) {
        if constexpr (I == 0)
            return s;
        else if constexpr (I == 1)
            return decltype(s)(1) - s;
        else
            return a - b;
    }
};
struct blended {
    HONE_PARTS((a, table_of<w12>), (b, table_of<w12>), (gate, linear<w12, width<1>>))
    static constexpr auto call(auto self, auto t) {
        const auto x = self.a(t.ids), y = self.b(t.ids);
        return function<blend_>{}(x, y, sigmoid(self.gate(x)));
    }
};

std::vector<double> copied(std::span<const double> v) { return {v.begin(), v.end()}; }

} // namespace

TEST_CASE("every kind of expression can be read") {
    parameters<model, double> weights(label_count);
    fill(weights, 81, 0.4);
    team workers(2);
    const auto of = [&](auto function) {
        auto read = evaluate<pair_batch>(weights, function, workers);
        return copied(read(few.batch()));
    };
    const auto rows = few.left.ids.size(), sequences = few.label.size();
    const auto table = weights.weight("word.weight").values;
    const auto looked_up = of([](auto m, auto b) { return m.word(b.left.ids); });
    REQUIRE(looked_up.size() == 12 * rows);
    for (std::size_t i = 0; i < looked_up.size(); ++i)
        CHECK(looked_up[i] == table[12 * static_cast<std::size_t>(few.left.ids[i / 12]) + i % 12]);
    const auto first = of([](auto m, auto b) { return first_token(m.word(b.left.ids)); });
    REQUIRE(first.size() == 12 * sequences);
    for (std::size_t i = 0; i < first.size(); ++i)
        CHECK(first[i] == looked_up[12 * static_cast<std::size_t>(few.left.offsets[i / 12]) + i % 12]);
    const auto encoded = of([](auto m, auto b) { return m.blocks(m.word(b.left.ids)); });
    const auto chosen = of([](auto m, auto b) { return first_token(m.blocks(m.word(b.left.ids))); });
    REQUIRE(encoded.size() == 12 * rows);
    REQUIRE(chosen.size() == 12 * sequences);
    for (std::size_t i = 0; i < chosen.size(); ++i)
        CHECK(std::abs(chosen[i] - encoded[12 * static_cast<std::size_t>(few.left.offsets[i / 12]) + i % 12]) < 1e-14);
    CHECK(of([](auto m, auto b) { return sum_sequence(m.word(b.left.ids)); }).size() == 12 * sequences);
    CHECK(of([](auto m, auto) { return square(m.head.weight); }).size() == 12 * label_count);
    CHECK(of([](auto m, auto b) { return m(b.left); }).size() == sequences * label_count);
}
TEST_CASE("the loss that is read is the loss of a step without dropout") {
    parameters<model, double> weights(label_count);
    fill(weights, 82, 0.4);
    team workers(1);
    const auto loss = [](auto m, auto b) { return cross_entropy(m(b.left), b.label); };
    auto read = evaluate<pair_batch>(weights, loss, workers);
    auto step = differentiate<pair_batch>(weights, all{}, loss, workers);
    CHECK(std::abs(read(many.batch()).value() - step(many.batch()).loss) < 1e-14);
    step.template set<"dropout">(0.5).template set<"attention_dropout">(0.5);
    CHECK(std::abs(read(many.batch()).value() - step(many.batch()).loss) > 1e-6);
}
TEST_CASE("widths known at run time inside a repeat") {
    judge<wide_inside>(all{}, [](auto m, auto b) { return cross_entropy(m(b.left), b.label); });
}
TEST_CASE("a user's own op of three arguments, and a number of the caller's in an expression") {
    judge<blended>(
        all{}, [](auto m, auto b) { return mean_of(uneven(m(b.left) * value<"heat">)); },
        [](auto& step) { step.template set<"heat">(1.7); });
}
