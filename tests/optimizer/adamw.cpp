// AdamW and SGD against plain loops in double, written from the papers' formulas.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/adamw.hpp"
#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct plain_adamw {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay;
    std::vector<double> w, m, v;
    void step(long s, double rate, const double* g, bool decays) {
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (decays)
                w[i] -= rate * decay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            const double mean = m[i] / (1 - std::pow(beta1, s + 1)), square = v[i] / (1 - std::pow(beta2, s + 1));
            w[i] -= rate * mean / (std::sqrt(square) + epsilon);
        }
    }
};

/// The largest difference after so many steps, over the largest weight.
template <class T>
double distance(const adamw& rule, long steps) {
    made<T> x(1000, 37);
    const auto optimizer = chain(rule);
    auto state = optimizer.template start<T>(x.trained);
    std::vector<plain_adamw> plain;
    for (const auto& r : x.trained.ranges) {
        plain_adamw p{.beta1 = rule.beta1, .beta2 = rule.beta2, .epsilon = rule.epsilon, .decay = rule.decay, .w{}, .m{}, .v{}};
        p.w.assign(r.weight, r.weight + r.count);
        p.m.assign(p.w.size(), 0);
        p.v.assign(p.w.size(), 0);
        plain.push_back(p);
    }
    for (long s = 0; s < steps; ++s) {
        x.draw(static_cast<std::uint64_t>(s));
        const std::vector<double> g(x.gradient.begin(), x.gradient.end());
        for (std::size_t r = 0; r < plain.size(); ++r)
            plain[r].step(s, rule.rate(s), g.data() + x.trained.ranges[r].gradient, x.trained.ranges[r].decays);
        optimizer.step(x.trained, x.gradients(), state);
    }
    double far = 0, largest = 0;
    for (std::size_t r = 0; r < plain.size(); ++r)
        for (std::size_t i = 0; i < plain[r].w.size(); ++i) {
            far = std::max(far, std::abs(static_cast<double>(x.trained.ranges[r].weight[i]) - plain[r].w[i]));
            largest = std::max(largest, std::abs(plain[r].w[i]));
        }
    return far / largest;
}

} // namespace

TEST_CASE("1000 steps of AdamW equal a plain loop") {
    CHECK(distance<double>({.rate = 1e-2, .decay = 0.1}, 1000) <= 1e-12);
    CHECK(distance<double>({.rate = linear_warmup(3e-3, 100, 1000), .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-5, .decay = 0.02}, 1000) <=
          1e-12);
    CHECK(distance<float>({.rate = 1e-2, .decay = 0.1}, 1000) <= 1e-4);
}

TEST_CASE("biases and gains do not decay") {
    made<double> x(5, 5);
    for (double& g : x.gradient)
        g = 0;
    const std::vector<double> before(x.weight.begin(), x.weight.end());
    const auto optimizer = chain(adamw{.rate = 0.5, .decay = 0.2});
    auto state = optimizer.start<double>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(x.weight[i] == before[i] * (1 - 0.5 * 0.2));
        CHECK(x.weight[16 + i] == before[16 + i]);
    }
}

TEST_CASE("what lies between the weights is not touched") {
    made<float> x(5, 5);
    const std::vector<float> before(x.weight.begin(), x.weight.end());
    const auto optimizer = chain(adamw{.rate = 0.1});
    auto state = optimizer.start<float>(x.trained);
    optimizer.step(x.trained, x.gradients(), state);
    for (std::size_t i = 5; i < 16; ++i)
        CHECK(x.weight[i] == before[i]);
    CHECK(x.weight[4] != before[4]);
}

TEST_CASE("SGD with momentum equals a plain loop") {
    made<double> x(100, 20);
    const auto optimizer = chain(sgd{.rate = 0.05, .momentum = 0.9, .decay = 0.1});
    auto state = optimizer.start<double>(x.trained);
    std::vector<double> w(x.weight.begin(), x.weight.end()), m(w.size(), 0);
    for (std::uint64_t s = 0; s < 50; ++s) {
        x.draw(s);
        for (std::size_t i = 0; i < w.size(); ++i) {
            m[i] = 0.9 * m[i] + x.gradient[i];
            w[i] = w[i] * (i < 100 ? 1 - 0.05 * 0.1 : 1) - 0.05 * m[i];
        }
        optimizer.step(x.trained, x.gradients(), state);
    }
    for (std::size_t i = 0; i < w.size(); ++i) {
        if (i >= 100 && i < 112)
            continue;
        CHECK(std::abs(x.weight[i] - w[i]) <= 1e-12);
    }
}
