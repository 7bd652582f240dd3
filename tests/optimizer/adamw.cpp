// AdamW and SGD against plain loops in double, written from the papers' formulas.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/adamw.hpp"
#include <cstring>

#include "optimizer/made.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

struct plain_adamw {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay;
    std::vector<double> w, m, v;
    void step(long s, double rate, const double* g, bool decays) {
        for (std::size_t i = 0; i < w.size(); ++i) {
            if (decays) w[i] -= rate * decay * w[i];
            m[i] = beta1 * m[i] + (1 - beta1) * g[i];
            v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
            const double mean = m[i] / (1 - std::pow(beta1, s + 1)),
                         square = v[i] / (1 - std::pow(beta2, s + 1));
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
        plain_adamw p{.beta1 = rule.beta1,
                      .beta2 = rule.beta2,
                      .epsilon = rule.epsilon,
                      .decay = rule.decay,
                      .w{},
                      .m{},
                      .v{}};
        p.w.assign(r.weight, r.weight + r.count);
        p.m.assign(p.w.size(), 0);
        p.v.assign(p.w.size(), 0);
        plain.push_back(p);
    }
    for (long s = 0; s < steps; ++s) {
        x.draw(static_cast<std::uint64_t>(s));
        const std::vector<double> g(x.gradient.begin(), x.gradient.end());
        for (std::size_t r = 0; r < plain.size(); ++r)
            plain[r].step(s, rule.rate(s), g.data() + x.trained.ranges[r].gradient,
                          x.trained.ranges[r].decays);
        optimizer.step(x.trained, x.gradients(), state);
    }
    double far = 0, largest = 0;
    for (std::size_t r = 0; r < plain.size(); ++r)
        for (std::size_t i = 0; i < plain[r].w.size(); ++i) {
            far = farther(far, std::abs(static_cast<double>(x.trained.ranges[r].weight[i]) - plain[r].w[i]));
            largest = std::max(largest, std::abs(plain[r].w[i]));
        }
    return far / largest;
}

} // namespace

TEST_CASE("1000 steps of AdamW equal a plain loop") {
    CHECK(distance<double>({.rate = 1e-2, .decay = 0.1}, 1000) <= 1e-12);
    CHECK(distance<double>({.rate = linear_warmup(3e-3, 100, 1000),
                            .beta1 = 0.8,
                            .beta2 = 0.95,
                            .epsilon = 1e-5,
                            .decay = 0.02},
                           1000) <= 1e-12);
    CHECK(distance<float>({.rate = 1e-2, .decay = 0.1}, 1000) <= 1e-4);
}

namespace {

/// AdamW's formula alone, on the vectors that the optimizer uses.
template <class T>
[[gnu::noinline]] void formula(T* weight, const T* gradient, T* mu, T* nu, long count, T factor,
                               const adamw& rule, long step, bool decays) {
    using V = on_cpu::batch<T>;
    constexpr long width = on_cpu::lanes<T>;
    const double r = rule.rate(step), t = static_cast<double>(step + 1),
                 first = 1 - std::pow(rule.beta1, t), second = 1 - std::pow(rule.beta2, t);
    const T shrink = static_cast<T>(decays ? 1 - r * rule.decay : 1.0),
            pace = static_cast<T>(r / first), beta1 = static_cast<T>(rule.beta1),
            rest1 = static_cast<T>(1 - rule.beta1), beta2 = static_cast<T>(rule.beta2),
            rest2 = static_cast<T>(1 - rule.beta2), root = static_cast<T>(1 / std::sqrt(second)),
            epsilon = static_cast<T>(rule.epsilon);
    for (long i = 0; i < count; i += width) {
        const int n = static_cast<int>(std::min(width, count - i));
        const V w = on_cpu::load(weight + i, n), g = on_cpu::load(gradient + i, n) * V(factor);
        V m = on_cpu::load(mu + i, n), v = on_cpu::load(nu + i, n);
        m = V(beta1) * m + V(rest1) * g;
        v = V(beta2) * v + V(rest2) * g * g;
        on_cpu::store(weight + i, V(shrink) * w - V(pace) * m / (sqrt(v) * V(root) + V(epsilon)), n);
        on_cpu::store(mu + i, m, n);
        on_cpu::store(nu + i, v, n);
    }
}

} // namespace

TEMPLATE_TEST_CASE("the chain of transforms gives the bits of the formula", "", float, double) {
    using T = TestType;
    made<T> x(40000, 37, 2);
    const adamw rule{.rate = linear_warmup(3e-3, 10, 100), .decay = 0.02};
    const clip_by_global_norm clip(1.0);
    const auto optimizer = chain(clip, rule);
    auto state = optimizer.template start<T>(x.trained);
    std::vector<T> w(x.weight.begin(), x.weight.end()), mu(w.size(), T(0)), nu(w.size(), T(0));
    for (long s = 0; s < 40; ++s) {
        x.draw(static_cast<std::uint64_t>(s), 0.01);
        optimizer.step(x.trained, x.gradients(), state);
        const T factor = static_cast<T>(clip.factor(state.gradient_norm));
        for (const auto& r : x.trained.ranges)
            formula(w.data() + r.gradient, x.gradient.data() + r.gradient, mu.data() + r.gradient,
                    nu.data() + r.gradient, r.count, factor, rule, s, r.decays);
    }
    CHECK(std::memcmp(w.data(), x.weight.data(), w.size() * sizeof(T)) == 0);
    CHECK(std::memcmp(mu.data(), state.template get<"adam.mu">().data(), w.size() * sizeof(T)) ==
          0);
    CHECK(std::memcmp(nu.data(), state.template get<"adam.nu">().data(), w.size() * sizeof(T)) ==
          0);
}

TEST_CASE("biases and gains do not decay") {
    made<double> x(5, 5);
    for (double& g : x.gradient) g = 0;
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
    for (std::size_t i = 5; i < 16; ++i) CHECK(x.weight[i] == before[i]);
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
        if (i >= 100 && i < 112) continue;
        CHECK(std::abs(x.weight[i] - w[i]) <= 1e-12);
    }
}
