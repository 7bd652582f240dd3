// The same gradients whatever is kept, in float as in double. Two policies are two programs, and a compiler may contract the products and
// sums of one and not of the other: they agree to rounding, not to the bit.
// SPDX-License-Identifier: Apache-2.0
#include "step/gated.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

template <class T>
struct outcome {
    double loss;
    std::vector<T> gradients;
};
template <keeping Policy, class Model, class T>
outcome<T> run(double rate) {
    parameters<Model, T> model(label_count);
    fill(model, 51, 0.4);
    team workers(2);
    auto step = differentiate<pair_batch, Policy>(model, all{}, loss_of_classes, workers, 4);
    step.template set<"dropout">(static_cast<T>(rate)).template set<"attention_dropout">(static_cast<T>(rate));
    const auto [loss, g] = step(many.batch());
    return {loss, std::vector<T>(g.values, g.values + g.count)};
}

/// Of the largest element of the second.
template <class A, class B>
double largest_difference(const std::vector<A>& a, const std::vector<B>& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0, difference = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(b[i])));
        difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return difference / largest;
}

} // namespace

TEMPLATE_TEST_CASE("what is kept changes loss and gradients by rounding only", "", small_bert, gated_model) {
    const auto some = run<keeping::products, TestType, double>(0.25), whole = run<keeping::everything, TestType, double>(0.25);
    CHECK(std::abs(some.loss - whole.loss) <= 1e-14 * std::abs(whole.loss));
    CHECK(largest_difference(some.gradients, whole.gradients) <= 1e-14);
}

TEMPLATE_TEST_CASE("blocks that are run again change loss and gradients by rounding only, and take less memory", "", small_bert, gated_model) {
    const auto some = run<keeping::products, TestType, double>(0.25), again = run<recompute_blocks, TestType, double>(0.25);
    CHECK(std::abs(some.loss - again.loss) <= 1e-14 * std::abs(again.loss));
    CHECK(largest_difference(some.gradients, again.gradients) <= 1e-14);
    parameters<TestType, double> model(label_count);
    team alone(1);
    auto usual = differentiate<pair_batch, keeping::products>(model, all{}, loss_of_classes, alone);
    auto least = differentiate<pair_batch, recompute_blocks>(model, all{}, loss_of_classes, alone);
    CHECK(least.plan().per_block_of_tokens < usual.plan().per_block_of_tokens);
    least.reserve({960, 96});
    CHECK(least.arena_bytes() == least.plan().bytes({960, 96}, 1));
}

TEMPLATE_TEST_CASE("gradients in float are those in double, to 2e-5 of the largest", "", small_bert, gated_model) {
    const auto in_double = run<keeping::products, TestType, double>(0.25);
    const auto in_float = run<keeping::products, TestType, float>(0.25);
    CHECK(std::abs(in_float.loss - in_double.loss) <= 2e-5 * std::abs(in_double.loss));
    CHECK(largest_difference(in_float.gradients, in_double.gradients) <= 2e-5);
}
