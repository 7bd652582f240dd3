// Every rule: its weights after 12 steps are those of the peers that define it
// (tests/reference/optimizer/rules.py); it descends a bowl, its state goes on from a copy to the
// same bits, and the number of threads changes none of them.
// SPDX-License-Identifier: Apache-2.0
#include "hone/optimizer/optimizer.hpp"

#include <cstring>
#include <map>

#include "optimizer/made.hpp"
#include "reference/optimizer/rules.hpp"

using namespace hone;
using namespace hone::testing;

namespace {

/// Calls f(name of the peer's result, optimizer).
template <class F>
void each_rule(F&& f) {
    f("sgd",
      chain(
          sgd{.rate = 0.02, .momentum = 0.9, .decay = 0.1, .dampening = 0.3, .decoupled = false}));
    f("sgd_nesterov",
      chain(
          sgd{.rate = 0.02, .momentum = 0.9, .decay = 0.1, .nesterov = true, .decoupled = false}));
    f("adam", chain(adam{.rate = 0.02, .decay = 0.1}));
    f("adamw", chain(adamw{.rate = 0.02, .decay = 0.1}));
    f("amsgrad",
      chain(amsgrad{.rate = 0.02, .beta1 = 0.8, .beta2 = 0.9, .decay = 0.1, .decoupled = true}));
    f("adamax", chain(adamax{.rate = 0.02, .decay = 0.1}));
    f("nadam", chain(nadam{.rate = 0.02, .decay = 0.1}));
    f("radam", chain(radam{.rate = 0.02, .beta2 = 0.95, .decay = 0.1, .decoupled = true}));
    f("adagrad", chain(adagrad{.rate = 0.05, .decay = 0.1, .rate_decay = 0.05, .initial = 0.1}));
    f("rmsprop", chain(rmsprop{.rate = 0.02, .alpha = 0.9, .decay = 0.1}));
    f("rmsprop_centered", chain(scale_by_deviation{.alpha = 0.9},
                                scale_by_momentum{.momentum = 0.5}, scale_by_rate(0.02)));
    f("adadelta", chain(adadelta{.decay = 0.1}));
    f("lion", chain(lion{.rate = 0.003, .decay = 0.3}));
    f("lamb", chain(lamb{.rate = 0.02, .decay = 0.1}));
    f("lars", chain(lars{.decay = 0.01, .trust = 0.02}));
    f("adafactor", chain(adafactor{.rate = 0.02, .decay = 0.1, .beta1 = 0.9}));
    f("adafactor_relative", chain(adafactor{}));
    f("adafactor_plain", chain(adafactor_plain{.rate = 0.05, .decay = 0.1}));
    f("muon", chain(muon{.rate = 0.02}));
}
bool is_for_matrices(const std::string& name) { return name == "muon"; }

/// All that is kept, by name.
template <class T, class Optimizer, class State>
std::map<std::string, std::vector<T>> kept_by(const Optimizer& optimizer,
                                              const trained_weights<T>& weights, State& state) {
    std::map<std::string, std::vector<T>> all;
    optimizer.each(weights, state, [&](const std::string& name, std::span<T> values) {
        CHECK(all.count(name) == 0);
        all[name].assign(values.begin(), values.end());
    });
    optimizer.each_counter(state, [&](const std::string& name, double value) {
        all[name].assign(1, static_cast<T>(value));
    });
    return all;
}
template <class T>
void without_vector(made<T>& x) {
    x.trained.ranges.pop_back();
}

} // namespace

TEST_CASE("12 steps of each rule give the peers' weights") {
    int compared = 0;
    each_rule([&](const std::string& name, const auto& optimizer) {
        const auto want = std::find_if(std::begin(rule_results), std::end(rule_results),
                                       [&](const auto& r) { return r.name == name; });
        REQUIRE(want != std::end(rule_results));
        made<double> x(12, 5);
        x.trained.ranges[0].columns = 3;
        for (long k = 0; k < 12; ++k)
            x.weight[static_cast<std::size_t>(k)] =
                0.5 * std::sin(1.0 + 1.7 * static_cast<double>(k));
        for (long k = 0; k < 5; ++k)
            x.weight[static_cast<std::size_t>(16 + k)] =
                0.5 * std::cos(0.3 + 0.9 * static_cast<double>(k));
        if (is_for_matrices(name)) without_vector(x);
        auto state = optimizer.template start<double>(x.trained);
        for (int t = 0; t < 12; ++t) {
            for (long k = 0; k < 17; ++k)
                x.gradient[static_cast<std::size_t>(k < 12 ? k : k + 4)] =
                    std::sin(0.7 * static_cast<double>(k) + 1.3 * t) * (1 + 0.2 * t);
            optimizer.step(x.trained, x.gradients(), state);
        }
        double far = 0;
        for (long k = 0; k < (is_for_matrices(name) ? 12 : 17); ++k)
            far = farther(far, std::abs(x.weight[static_cast<std::size_t>(k < 12 ? k : k + 4)] -
                                         want->weights[k]));
        INFO(name << ": " << far);
        CHECK(far <= 1e-12);
        ++compared;
    });
    CHECK(compared == static_cast<int>(std::size(rule_results)));
}

TEST_CASE("each rule descends a bowl") {
    each_rule([&](const std::string& name, const auto& optimizer) {
        made<double> x(12, 5);
        x.trained.ranges[0].columns = 3;
        if (is_for_matrices(name)) without_vector(x);
        auto state = optimizer.template start<double>(x.trained);
        const auto height = [&] { // the sum of (w - 2)^2
            double sum = 0;
            for (const auto& r : x.trained.ranges)
                for (long i = 0; i < r.count; ++i) sum += (r.weight[i] - 2) * (r.weight[i] - 2);
            return sum;
        };
        const double before = height();
        for (int t = 0; t < 300; ++t) {
            for (const auto& r : x.trained.ranges)
                for (long i = 0; i < r.count; ++i)
                    x.gradient[static_cast<std::size_t>(r.gradient + i)] = 2 * (r.weight[i] - 2);
            optimizer.step(x.trained, x.gradients(), state);
        }
        INFO(name << ": from " << before << " to " << height());
        CHECK(height() < 0.9 * before);
    });
}

TEST_CASE("state that was saved by name and put back goes on to the same bits") {
    each_rule([&](const std::string& name, const auto& optimizer) {
        made<float> x(3000, 37), y(3000, 37);
        x.trained.ranges[0].columns = y.trained.ranges[0].columns = 60;
        if (is_for_matrices(name)) without_vector(x), without_vector(y);
        auto state = optimizer.template start<float>(x.trained);
        for (std::uint64_t s = 0; s < 4; ++s) {
            x.draw(s);
            optimizer.step(x.trained, x.gradients(), state);
        }
        std::copy(x.weight.begin(), x.weight.end(), y.weight.begin());
        auto saved = kept_by(optimizer, x.trained, state);
        CHECK(saved.count("step") == 1);
        auto other = optimizer.template start<float>(y.trained);
        optimizer.each(y.trained, other, [&](const std::string& n, std::span<float> values) {
            std::copy(saved.at(n).begin(), saved.at(n).end(), values.begin());
        });
        std::map<std::string, double> counters;
        optimizer.each_counter(state, [&](const std::string& n, double& v) { counters[n] = v; });
        optimizer.each_counter(other, [&](const std::string& n, double& v) { v = counters.at(n); });
        optimizer.restored(other);
        auto moved = std::move(other);
        for (std::uint64_t s = 4; s < 8; ++s) {
            x.draw(s);
            y.draw(s);
            optimizer.step(x.trained, x.gradients(), state);
            optimizer.step(y.trained, y.gradients(), moved);
        }
        INFO(name);
        CHECK(moved.step == 8);
        CHECK(std::memcmp(x.weight.data(), y.weight.data(), x.weight.size() * sizeof(float)) == 0);
        CHECK(kept_by(optimizer, x.trained, state) == kept_by(optimizer, y.trained, moved));
    });
}

TEST_CASE("the number of threads changes no bit of any rule") {
    each_rule([&](const std::string& name, const auto& optimizer) {
        std::vector<float> first;
        for (int threads : {1, 2, 3}) {
            made<float> x(200 * 300, 37, threads);
            x.trained.ranges[0].columns = 300;
            if (is_for_matrices(name)) without_vector(x);
            auto state = optimizer.template start<float>(x.trained);
            for (std::uint64_t s = 0; s < 3; ++s) {
                x.draw(s);
                optimizer.step(x.trained, x.gradients(), state);
            }
            std::vector<float> now(x.weight.begin(), x.weight.end());
            for (const auto& [n, values] : kept_by(optimizer, x.trained, state))
                now.insert(now.end(), values.begin(), values.end());
            if (first.empty()) first = now;
            INFO(name << ", " << threads << " threads");
            CHECK(std::memcmp(first.data(), now.data(), now.size() * sizeof(float)) == 0);
        }
    });
}

TEST_CASE(
    "pages that no gradient has touched rest for rules that say so, and change no bit for any") {
    each_rule([&](const std::string& name, const auto& optimizer) {
        if (name == "adamax") return; // at rest its largest gradient becomes epsilon
        made<float> whole(40'000), sparse(40'000);
        if (is_for_matrices(name)) without_vector(whole), without_vector(sparse);
        whole.trained.ranges[0].columns = sparse.trained.ranges[0].columns = 200;
        std::vector<unsigned char> touched(
            static_cast<std::size_t>(gradient_pages(whole.trained.count)));
        sparse.trained.touched = touched.data();
        auto of_whole = optimizer.template start<float>(whole.trained),
             of_sparse = optimizer.template start<float>(sparse.trained);
        for (std::uint64_t s = 0; s < 4; ++s) {
            whole.draw(s);
            sparse.draw(s);
            for (std::size_t p = 0; p < touched.size(); ++p) {
                touched[p] = p == 3 || p > 6 || (p == 4 && s > 0) || (p == 5 && s == 2);
                if (touched[p]) continue;
                const auto from = static_cast<long>(p) * gradient_page,
                           to = std::min(from + gradient_page, whole.trained.count);
                std::fill(whole.gradient.begin() + from, whole.gradient.begin() + to, 0.0f);
                std::fill(sparse.gradient.begin() + from, sparse.gradient.begin() + to, 0.0f);
            }
            optimizer.step(whole.trained, whole.gradients(), of_whole);
            optimizer.step(sparse.trained, sparse.gradients(), of_sparse);
        }
        INFO(name);
        CHECK(std::memcmp(whole.weight.data(), sparse.weight.data(),
                          whole.weight.size() * sizeof(float)) == 0);
        CHECK(kept_by(optimizer, whole.trained, of_whole) ==
              kept_by(optimizer, sparse.trained, of_sparse));
    });
}
