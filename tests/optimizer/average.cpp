// Averages of weights: their formulas, the exchange with the weights, and weights whose decay
// waits.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/average.hpp"

#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

std::vector<double> values_of(auto& average, auto& x) {
    std::vector<double> all;
    average.each(x.trained, [&](const std::string& name, std::span<double> v) {
        CHECK(name.ends_with("/average"));
        all.insert(all.end(), v.begin(), v.end());
    });
    return all;
}
void fill(made<double>& x, long step) {
    counter_random random(9, stream::user, static_cast<std::uint64_t>(step));
    for (double& w : x.weight) w = random.normal();
}
std::vector<double> weights_of(const made<double>& x) {
    std::vector<double> all;
    for (const auto& r : x.trained.ranges) all.insert(all.end(), r.weight, r.weight + r.count);
    return all;
}

} // namespace

TEST_CASE("exponential: at first the weights, then a share of them") {
    made<double> x(40000, 37, 3);
    weight_average average(x.trained, exponential_average{.decay = 0.9});
    std::vector<double> plain;
    for (long s = 0; s < 6; ++s) {
        fill(x, s);
        average.update(x.trained, s);
        const auto w = weights_of(x);
        if (s == 0) plain = w;
        for (std::size_t i = 0; i < w.size(); ++i) plain[i] = 0.9 * plain[i] + 0.1 * w[i];
    }
    const auto a = values_of(average, x);
    REQUIRE(a.size() == plain.size());
    double far = 0;
    for (std::size_t i = 0; i < a.size(); ++i) far = farther(far, std::abs(a[i] - plain[i]));
    CHECK(far < 1e-14);
    CHECK(average.count == 6);
}

TEST_CASE("stochastic: the mean of the weights at its steps") {
    made<double> x(100, 37);
    weight_average average(x.trained, stochastic_average{.start = 2, .every = 3});
    std::vector<double> sum(137, 0);
    for (long s = 0; s < 10; ++s) {
        fill(x, s);
        average.update(x.trained, s);
        if (s == 2 || s == 5 || s == 8)
            for (std::size_t i = 0; i < 137; ++i) sum[i] += weights_of(x)[i] / 3;
    }
    CHECK(average.count == 3);
    for (std::size_t i = 0; i < 137; ++i)
        CHECK(std::abs(values_of(average, x)[i] - sum[i]) < 1e-14);
}

TEST_CASE("weights and average change places and back") {
    made<double> x(100, 37);
    weight_average average(x.trained, exponential_average{});
    CHECK_THROWS_AS(average.exchange(x.trained), error);
    average.update(x.trained, 0);
    const auto first = weights_of(x);
    fill(x, 3);
    const auto second = weights_of(x);
    average.exchange(x.trained);
    CHECK(weights_of(x) == first);
    CHECK(values_of(average, x) == second);
    average.exchange(x.trained);
    CHECK(weights_of(x) == second);
    made<double> other(500, 37);
    CHECK_THROWS_AS(average.update(other.trained, 1), error);
}

TEST_CASE("decay that waits is made up for before weights are averaged") {
    made<double> x(3000, 37);
    resting_weights<double> rest;
    rest.begin(x.weight.data(), 3000);
    x.trained.ranges[0].rest = &rest;
    const double w = x.weight[2000];
    weight_average average(x.trained, exponential_average{});
    rest.owe(0.5);
    average.update(x.trained, 0);
    CHECK(values_of(average, x)[2000] == 0.5 * w);
    rest.owe(0.5);
    average.exchange(x.trained);
    CHECK(x.weight[2000] == 0.5 * w);
    CHECK(values_of(average, x)[2000] == 0.25 * w);
    rest.settle();
    CHECK(x.weight[2000] == 0.5 * w);
}
