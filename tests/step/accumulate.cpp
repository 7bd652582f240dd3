// Batches that make one step: each draws its own dropout masks, and the model runs once where
// labels and fields alone say the weights.
// SPDX-License-Identifier: Apache-2.0
#include <atomic>

#include "step/judge.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

std::atomic<long> calls{0};
struct counted_ : elementwise { // x, and how often anybody asks for it
    static auto value(auto x) {
        ++calls;
        return x;
    }
    static constexpr auto slope(auto x) { return decltype(x)(1); }
};
struct counting {
    HONE_PARTS((word, table_of<width<8>>), (dropout, hone::dropout),
               (head, linear<width<8>, classes<label_count>>), (score, linear<width<8>, width<1>>))
    static constexpr auto call(auto self, auto t) {
        return self.dropout(function<counted_>{}(mean_sequence(self.word(t.ids))));
    }
};
constexpr auto of_labels = [](auto m, auto b) {
    return cross_entropy(m.head(m(b.left)), b.label) + mean_of(square(m.score.weight)) +
           mean_of(square(m.score.bias));
};
constexpr auto of_model = [](auto m, auto b) {
    const auto x = m(b.left);
    return mean_of(sum_columns(square(m.head(x))), sigmoid(m.score(x)));
};
template <class F>
long how_often(F f) {
    const long before = calls;
    f();
    return calls - before;
}

} // namespace

TEST_CASE("the model runs once for each batch, and twice only where it says the weights itself") {
    parameters<counting, double> model;
    fill(model, 3, 0.5);
    team alone(1);
    auto step = differentiate<pair_batch>(model, all{}, of_labels, alone);
    auto twice = differentiate<pair_batch>(model, all{}, of_model, alone);
    const std::array one{few.batch()};
    const long once = how_often([&] { step(few.batch()); });
    CHECK(once > 0);
    CHECK(how_often([&] { step.accumulate(one); }) == once);
    const long weighted = how_often([&] { twice(few.batch()); });
    CHECK(how_often([&] { twice.accumulate(one); }) > weighted);
    CHECK(std::abs(step(few.batch()).loss - step.accumulate(one).loss) < 1e-14);
    CHECK(std::abs(twice(few.batch()).loss - twice.accumulate(one).loss) < 1e-14);
}
TEST_CASE("the same batch twice has two masks, and the first is that of a step alone") {
    parameters<counting, double> model;
    fill(model, 3, 0.5);
    team alone(1);
    const auto judged = [&](auto& step) {
        const auto loss = [&](auto f) {
            step.resume(7);
            return f();
        };
        const double once = loss([&] { return step(few.batch()).loss; });
        CHECK(std::abs(loss([&] {
                           return step.accumulate(std::array{few.batch(), few.batch()}).loss;
                       }) -
                       once) < 1e-14);
        step.template set<"dropout">(0.4);
        const double drawn = loss([&] { return step(few.batch()).loss; });
        CHECK(loss([&] { return step.accumulate(std::array{few.batch()}).loss; }) ==
              Approx(drawn).epsilon(1e-14));
        CHECK(std::abs(loss([&] {
                           return step.accumulate(std::array{few.batch(), few.batch()}).loss;
                       }) -
                       drawn) > 1e-6);
        CHECK(loss([&] { return step(few.batch()).loss; }) == drawn);
    };
    auto step = differentiate<pair_batch>(model, all{}, of_labels, alone);
    auto other = differentiate<pair_batch>(model, all{}, of_model, alone);
    judged(step);
    judged(other);
}
