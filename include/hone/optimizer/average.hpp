// Averages of the weights that train, beside them: they are judged and saved in the weights' place
// (`exchange`), while training goes on with the weights.
//     exponential   a = decay a + (1 - decay) w, at first w
//                   (Polyak and Juditsky 1992; Tarvainen and Valpola 2017)
//     stochastic    the mean of w at steps start, start + every, ...  (SWA; Izmailov et al. 2018)
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "hone/device/team.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/seam.hpp"
#include "hone/tensor/resting.hpp"
#include "hone/tensor/storage.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

struct exponential_average {
    double decay = 0.999;
    /// How much of the weights after this step goes into an average of `count` before; 1: they are
    /// it.
    double share(long, long count) const { return count == 0 ? 1 : 1 - decay; }
};
struct stochastic_average {
    long start = 0, every = 1;
    double share(long step, long count) const {
        return step < start || (step - start) % every != 0 ? 0 : 1 / static_cast<double>(count + 1);
    }
};

/// The average of the weights of a step: `weight_average average(step.weights(),
/// exponential_average{.decay = 0.999});`
template <class Rule, class T>
class weight_average {
    static_assert(std::is_floating_point_v<T>, HONE_E110);

public:
    long count = 0; ///< weights in it

    weight_average(const trained_weights<T>& weights, Rule rule)
        : values_(storage<T>::zeros(static_cast<std::size_t>(weights.count))), rule_(rule) {}

    /// After step number `step`, from 0.
    void update(const trained_weights<T>& weights, long step) {
        const double share = rule_.share(step, count);
        if (share == 0) return;
        ++count;
        const T part = static_cast<T>(share);
        walk(weights, [&](T* weight, T* average, long n) {
            if (share == 1) std::copy_n(weight, n, average);
            else
                for (long i = 0; i < n; ++i) average[i] += part * (weight[i] - average[i]);
        });
    }
    /// Weights and average change places; once more, and they are back. Error: average.empty.
    void exchange(trained_weights<T>& weights) {
        if (count == 0)
            throw error("average.empty", "no weights have gone into this average yet", {},
                        "an update before", "none");
        walk(weights,
             [](T* weight, T* average, long n) { std::swap_ranges(weight, weight + n, average); });
    }
    /// Calls f(name, values), for a checkpoint.
    template <class F>
    void each(const trained_weights<T>& weights, F&& f) {
        require(weights);
        for (const auto& r : weights.ranges)
            f(r.name + "/average",
              std::span<T>(values_.data() + r.gradient, static_cast<std::size_t>(r.count)));
    }

    /// For a snapshot of the run, both ways.
    template <class Content>
    void pass(const trained_weights<T>& weights, Content& c) {
        c.number("average/count", count);
        each(weights, [&](const std::string& name, std::span<T> values) { c.numbers(name, values); });
    }

private:
    void require(const trained_weights<T>& weights) const {
        if (static_cast<std::size_t>(weights.count) != values_.size())
            throw error("average.other_weights", "this average was begun for other weights", {},
                        std::to_string(values_.size()) + " numbers", std::to_string(weights.count));
    }
    template <class F>
    void walk(const trained_weights<T>& weights, F f) {
        require(weights);
        constexpr long piece = 1 << 14;
        for (const auto& r : weights.ranges)
            if (r.rest && r.rest->active()) r.rest->settle();
        weights.workers->run([&](int thread, int threads) {
            const long pieces = (weights.count + piece - 1) / piece,
                       first = pieces * thread / threads * piece,
                       last = std::min(weights.count, pieces * (thread + 1) / threads * piece);
            for (const auto& r : weights.ranges) {
                const long from = std::max(first, r.gradient),
                           to = std::min(last, r.gradient + r.count);
                if (from < to) f(r.weight + (from - r.gradient), values_.data() + from, to - from);
            }
        });
    }

    storage<T> values_;
    Rule rule_;
};
template <class Other, class Rule> // of what are no weights: refused by its sentence
weight_average(const Other&, Rule) -> weight_average<Rule, Other>;
template <class T, class Rule>
weight_average(const trained_weights<T>&, Rule) -> weight_average<Rule, T>;
template <class T, class Rule>
weight_average(allocated_weights<T>&, Rule) -> weight_average<Rule, T>;

} // namespace hone
