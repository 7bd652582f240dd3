// AdaLoRA's schedule (Zhang et al. 2023, sections 3.2 and 3.3): after each step every triplet's importance is brought up to date, and from time to
// time the least important ones of all matrices are masked, until the budget's share is left. It takes part in the optimizer's step,
//     optimizer.step(step.weights(), gradients, state, allocation)
// because a loop that forgets it would train plain low-rank matrices and nobody would notice: the weights of a step that trains such triplets are
// of a type that an optimizer takes with an allocation only. There it also sees the gradients as they were clipped. As in PEFT a masked number of
// E is set to 0 and trains on until the next mask; in the last steps the mask stays. Sums go in one order: the same bits for any number of threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "hone/device/team.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/trained.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// How many triplets are kept, and when. Steps count from 1.
struct rank_budget {
    int target = 8;      ///< of a matrix at the end, on average
    long total = 0;      ///< steps of the whole training
    long first = 0;      ///< steps before the first mask
    long last = 0;       ///< steps at the end in which the mask stays
    long every = 1;      ///< steps from one mask to the next
    double sensitivity = 0.85, uncertainty = 0.85; ///< decays of the two moving averages

    /// Triplets that may stay after a step, of `all` at the start: all of them, then less by a cubic, then the target of each matrix.
    long after(long step, long all, long matrices) const {
        const long least = target * matrices;
        if (step <= first) return all;
        if (step > total - last) return least;
        const double left = 1 - static_cast<double>(step - first) / static_cast<double>(total - last - first);
        return static_cast<long>(static_cast<double>(all - least) * std::pow(left, 3.0) + static_cast<double>(least));
    }
};

/// What goes on from step to step; kept with the optimizer's state when training is to be resumed.
template <class T>
struct allocation_state {
    long step = 0;
    std::vector<T> sensitivity, uncertainty; ///< of every number of A, B and E, in the order of the matrices
    std::vector<unsigned char> kept;         ///< by triplet
};

template <class T>
class allocation {
public:
    allocation_state<T> state;

    /// For the AdaLoRA weights among these. Throws allocation.budget and allocation.incomplete.
    allocation(const allocated_weights<T>& weights, rank_budget budget) : budget_(budget) {
        long numbers = 0, all = 0;
        const auto find = [&](const std::string& name) {
            const auto at = std::find_if(weights.ranges.begin(), weights.ranges.end(), [&](const auto& r) { return r.name == name; });
            if (at == weights.ranges.end())
                throw error("allocation.incomplete", "E of an AdaLoRA layer trains, and this does not", {.name = name}, "A, B and E train together", "a frozen weight");
            return static_cast<int>(at - weights.ranges.begin());
        };
        for (const auto& r : weights.ranges) {
            if (!r.name.ends_with("adalora.e")) continue;
            const auto layer = r.name.substr(0, r.name.size() - 1);
            matrices_.push_back({layer.substr(0, layer.size() - 1), {find(layer + "a"), find(layer + "b"), find(layer + "e")}, static_cast<int>(r.count), numbers, all});
            const auto& m = matrices_.back();
            for (int range : m.ranges) numbers += weights.ranges[static_cast<std::size_t>(range)].count;
            all += r.count;
            require(budget.target >= 0 && budget.target <= r.count, "the ranks at the end", "0 to " + std::to_string(r.count), std::to_string(budget.target));
        }
        require(budget.total > 0, "the steps of the training", "at least 1", std::to_string(budget.total));
        require(budget.every > 0, "the steps between two masks", "at least 1", std::to_string(budget.every));
        require(budget.first >= 0 && budget.last >= 0 && budget.first < budget.total - budget.last, "the steps before the first mask and after the last one",
                "less than " + std::to_string(budget.total) + " together", std::to_string(budget.first) + " and " + std::to_string(budget.last));
        for (double decay : {budget.sensitivity, budget.uncertainty})
            require(decay > 0 && decay < 1, "the decay of a moving average", "between 0 and 1", std::to_string(decay));
        state.sensitivity.assign(static_cast<std::size_t>(numbers), T(0));
        state.uncertainty = state.sensitivity;
        state.kept.assign(static_cast<std::size_t>(all), 1);
        score_.resize(static_cast<std::size_t>(all));
        order_.resize(static_cast<std::size_t>(all));
    }

    /// Called by the optimizer, with what the gradients were scaled by when they were clipped.
    void after_step(const allocated_weights<T>& weights, gradient_block<T> gradients, T factor) {
        const long t = ++state.step, end = budget_.total - budget_.last;
        if (t < end)
            each_matrix(weights, [&](const matrix& m) { sense(m, weights, gradients, factor); });
        if (t == end || (t > budget_.first && t < end && t % budget_.every == 0)) choose(weights);
        else if (t <= end) return;
        each_matrix(weights, [&](const matrix& m) {
            T* const e = weights.ranges[at(m.ranges[2])].weight;
            for (int k = 0; k < m.rank; ++k)
                if (state.kept[at(m.triplet + k)] == 0) e[k] = 0;
        });
    }
    /// How many triplets are kept in all.
    long kept() const { return std::count(state.kept.begin(), state.kept.end(), static_cast<unsigned char>(1)); }
    /// Calls f(path of the adapter, a flag for each of its triplets).
    template <class F>
    void each(F&& f) const {
        for (const auto& m : matrices_) f(m.path, std::vector<bool>(state.kept.begin() + m.triplet, state.kept.begin() + m.triplet + m.rank));
    }
    /// For a snapshot of the run, both ways.
    template <class Content>
    void pass(Content& c) {
        c.number("allocation/step", state.step);
        c.numbers("allocation/sensitivity", std::span<T>(state.sensitivity));
        c.numbers("allocation/uncertainty", std::span<T>(state.uncertainty));
        for (std::size_t i = 0; i < state.kept.size(); ++i)
            c.number("allocation/kept." + std::to_string(i), state.kept[i]);
    }

private:
    struct matrix {
        std::string path;
        int ranges[3];        ///< of A, B and E
        int rank;
        long number, triplet; ///< where its numbers and triplets begin in the state
    };
    static std::size_t at(long i) { return static_cast<std::size_t>(i); }
    static void require(bool holds, const char* what, const std::string& expected, const std::string& found) {
        if (!holds) throw error("allocation.budget", std::string("the budget of ranks cannot be kept: ") + what, {}, expected, found);
    }
    template <class F>
    void each_matrix(const allocated_weights<T>& weights, F f) {
        weights.workers->run([&](int thread, int threads) {
            const auto n = static_cast<long>(matrices_.size());
            for (long i = n * thread / threads; i < n * (thread + 1) / threads; ++i) f(matrices_[at(i)]);
        });
    }
    /// Sensitivity |w dw| and its uncertainty, both as moving averages.
    void sense(const matrix& m, const allocated_weights<T>& weights, gradient_block<T> gradients, T factor) {
        const T keep = static_cast<T>(budget_.sensitivity), keep_uncertainty = static_cast<T>(budget_.uncertainty);
        T *s = state.sensitivity.data() + m.number, *u = state.uncertainty.data() + m.number;
        for (int range : m.ranges) {
            const auto& r = weights.ranges[at(range)];
            const T* g = gradients.values + r.gradient;
            for (long i = 0; i < r.count; ++i, ++s, ++u) {
                const T now = std::abs(r.weight[i] * (g[i] * factor));
                *s = keep * *s + (1 - keep) * now;
                *u = keep_uncertainty * *u + (1 - keep_uncertainty) * std::abs(now - *s);
            }
        }
    }
    /// The mean of sensitivity times uncertainty over `count` numbers from `first`, `step` apart.
    double importance(long first, long step, long count) const {
        double sum = 0;
        for (long i = 0; i < count; ++i)
            sum += static_cast<double>(state.sensitivity[at(first + i * step)]) * static_cast<double>(state.uncertainty[at(first + i * step)]);
        return sum / static_cast<double>(count);
    }
    /// Masks the least important triplets of all matrices, so that the budget is met. Ties with the last of them fall too.
    void choose(const allocated_weights<T>& weights) {
        each_matrix(weights, [&](const matrix& m) {
            const long in = weights.ranges[at(m.ranges[0])].count / m.rank, out = weights.ranges[at(m.ranges[1])].count / m.rank;
            const long b = m.number + m.rank * in, e = b + m.rank * out;
            for (int k = 0; k < m.rank; ++k)
                score_[at(m.triplet + k)] = importance(e + k, 1, 1) + (importance(m.number + k * in, 1, in) + importance(b + k, m.rank, out));
        });
        const auto all = static_cast<long>(score_.size());
        const long dropped = all - budget_.after(state.step, all, static_cast<long>(matrices_.size()));
        std::fill(state.kept.begin(), state.kept.end(), static_cast<unsigned char>(1));
        if (dropped < 1) return;
        std::copy(score_.begin(), score_.end(), order_.begin());
        std::nth_element(order_.begin(), order_.begin() + (dropped - 1), order_.end());
        const double threshold = order_[at(dropped - 1)];
        for (long i = 0; i < all; ++i) state.kept[at(i)] = score_[at(i)] > threshold;
    }

    rank_budget budget_;
    std::vector<matrix> matrices_;
    std::vector<double> score_, order_;
};

} // namespace hone
HONE_COMPACT_END
