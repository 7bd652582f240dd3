// Training against perturbations of a value inside the model: a policy around any step whose model is
// perturbed there, whatever its head, loss and adapters.
//     auto step = differentiate(model, trains, [](auto m, auto batch) {
//         const auto word = perturbed<"bert.embeddings.word">(m);
//         return cross_entropy(word(batch.tokens), batch.label);
//     });
//     auto adversary = against<"bert.embeddings.word">(step, fgm{.epsilon = 0.5});
//     auto [loss, gradients] = adversary(batch);         // in place of step(batch)
// A rule is a struct that calls the step at points; the others of this room are such structs. Norms
// are over one sequence. All points of one call draw the same dropout masks (Zhu et al. 2020, 3.3).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "hone/adapter/opened.hpp"
#include "hone/step/differentiate.hpp"
#include "hone/tensor/random.hpp"

namespace hone {

/// Euclidean length.
template <class T>
double length_of(std::span<const T> x) {
    double sum = 0;
    for (const T v : x) sum += static_cast<double>(v) * static_cast<double>(v);
    return std::sqrt(sum);
}
/// The largest magnitude.
template <class T>
double largest_of(std::span<const T> x) {
    double most = 0;
    for (const T v : x) most = std::max(most, std::abs(static_cast<double>(v)));
    return most;
}
/// Adds `size` g / |g|; where g is 0, nothing moves.
template <class T>
void move_along(std::span<T> d, std::span<const T> g, double size) {
    const double length = length_of(g);
    if (!(length > 0)) return;
    const double factor = size / length;
    for (std::size_t i = 0; i < d.size(); ++i)
        d[i] = static_cast<T>(static_cast<double>(d[i]) + factor * static_cast<double>(g[i]));
}
/// Pulls d back to |d| <= `size`.
template <class T>
void keep_within(std::span<T> d, double size) {
    const double length = length_of(std::span<const T>(d));
    if (!(length > size)) return;
    for (T& v : d) v = static_cast<T>(static_cast<double>(v) * (size / length));
}

/// The points of one call, as a rule sees them. `Step` gives the gradients of weights; `Ascent` the
/// directions: the same step, or one of the same lambda in which nothing trains, which is faster.
template <literal Name, class Step, class Ascent, class T>
class points {
public:
    using batch_type = typename Step::program::batch;

    points(Step& step, Ascent& ascent, std::vector<T>& perturbation, std::vector<double>& losses,
           const batch_type& batch, std::span<const T> start)
        : step_(&step), ascent_(&ascent), d_(&perturbation), losses_(&losses), batch_(&batch),
          first_(step.count()) {
        step.template add<Name>({});
        ascent.template add<Name>({});
        shape_ = step.template shape_at<Name>(batch);
        d_->assign(static_cast<std::size_t>(shape_.rows) * static_cast<std::size_t>(shape_.width),
                   T(0));
        if (start.empty()) return;
        step.template add<Name>(start).template shape_at<Name>(batch); // or its sentence
        std::copy(start.begin(), start.end(), d_->begin());
    }
    /// Loss and gradients at the perturbation as it stands, times `share`; afterwards `also` adds.
    step_result<T> train(double share = 1) {
        step_->template add<Name>(*d_);
        step_->resume(first_);
        const auto found = begun_ ? step_->also(*batch_, share) : (*step_)(*batch_, share);
        begun_ = true;
        losses_->push_back(found.loss);
        gradient_ = step_->template gradient_at<Name>().values;
        return found;
    }
    /// Only the direction there: gradients of weights are those of `train` alone.
    void look() {
        ascent_->template add<Name>(*d_);
        ascent_->resume(first_);
        losses_->push_back((*ascent_)(*batch_).loss);
        gradient_ = ascent_->template gradient_at<Name>().values;
    }
    /// As `train`, without the perturbation, and no point of the list.
    step_result<T> train_plain() {
        step_->template add<Name>({});
        step_->resume(first_);
        begun_ = true;
        return (*step_)(*batch_);
    }
    /// Do directions leave the gradients of weights alone?
    static constexpr bool apart = !std::is_same_v<Step, Ascent>;
    /// Calls move(d, g) for each sequence.
    template <class Move>
    void each(Move move) {
        for (std::size_t s = 0; s < shape_.parts(); ++s)
            move(shape_.part(std::span<T>(*d_), s), gradient_.empty() ? std::span<const T>{}
                                                                      : shape_.part(gradient_, s));
    }
    /// Numbers for this step that no other draws.
    counter_random random(std::uint64_t seed) const {
        return counter_random(seed, stream::perturb, first_);
    }
    /// Back to no perturbation.
    void clear() { std::fill(d_->begin(), d_->end(), T(0)); }

private:
    Step* step_;
    Ascent* ascent_;
    std::vector<T>* d_;
    std::vector<double>* losses_;
    const batch_type* batch_;
    std::uint64_t first_;
    gradient_rows<T> shape_{};
    std::span<const T> gradient_{};
    bool begun_ = false;
};

/// A step under a rule.
template <literal Name, class Rule, class Step, class Ascent, class T>
class adversary {
public:
    using program = typename Step::program;

    adversary(Step& step, Ascent& ascent, Rule rule)
        : rule_(rule), step_(&step), ascent_(&ascent) {}

    /// The rule's loss, and its gradients in the step's. One step is counted. `start`: the first
    /// perturbation, in place of the rule's own. Errors: step.rows_differ, and those of the step.
    step_result<T> operator()(const typename Step::program::batch& batch,
                              std::span<const T> start = {}) {
        losses_.clear();
        points<Name, Step, Ascent, T> at(*step_, *ascent_, d_, losses_, batch, start);
        auto found = rule_(at, !start.empty());
        step_->template add<Name>({});
        ascent_->template add<Name>({});
        return found;
    }
    /// The loss at each point of the last call, in their order.
    const std::vector<double>& losses() const { return losses_; }
    /// The perturbation of the last point: rows of the value.
    std::span<const T> perturbation() const { return d_; }
    auto& weights() { return step_->weights(); }
    void reserve(batch_extent e) {
        step_->reserve(e);
        ascent_->reserve(e);
    }
    Rule& rule() { return rule_; }

private:
    Rule rule_;
    Step* step_;
    Ascent* ascent_;
    std::vector<T> d_;
    std::vector<double> losses_;
};

/// The step under a rule, at the place or name of its addition. Both stay the caller's.
template <literal Name, class Program, class T, class Rule>
auto against(training_step<Program, T>& step, Rule rule) {
    using step_type = training_step<Program, T>;
    return adversary<Name, Rule, step_type, step_type, T>(step, step, rule);
}
/// With another step for the directions: the same lambda on the same model, `trainable<>{}`.
template <literal Name, class Program, class Other, class T, class Rule>
auto against(training_step<Program, T>& step, training_step<Other, T>& ascent, Rule rule) {
    return adversary<Name, Rule, training_step<Program, T>, training_step<Other, T>, T>(
        step, ascent, rule);
}

} // namespace hone
