// The loop that every program has: the steps of all epochs, with progress, an evaluation after each
// epoch or every so many steps, the best weights, an early end and an end in good order:
//     fit(step, optimizer, epochs(4, batches(texts, sentences_per_batch(32), seed(7))),
//         {.evaluate = [&] { return accuracy_on(dev); }, .best = &best, .patience = 2});
// It is some sixty lines, made of what anybody can call (docs/loop.md): where it does not do what
// is wanted, a loop of one's own is as good.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdio>
#include <functional>

#include "hone/loop/best.hpp"
#include "hone/loop/progress.hpp"
#include "hone/meta/seam.hpp"
#include "hone/step/memory_plan.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A step that was taken.
struct fit_step : progress_state {
    double gradient_norm; ///< before clipping
    double seconds;
};
/// An evaluation: after which epoch and step, counted from 0.
struct fit_evaluation {
    long epoch, step;
    double score;
    bool best; ///< so far
};

/// What goes on from evaluation to evaluation, for a run that is to go on itself.
struct fit_course {
    long best_step = -1, since_best = 0; ///< -1: nothing was evaluated; evaluations since the best
    double best_score = 0;

    /// For a snapshot of the run, both ways.
    template <class Content>
    void pass(Content& c) {
        c.number("course/best_step", best_step);
        c.number("course/since_best", since_best);
        c.number("course/best_score", best_score);
    }
};

struct fit_options {
    std::function<double()> evaluate{};  ///< a score of the weights as they are
    const char* name = "score";          ///< what it is called
    long evaluate_every = 0;             ///< steps; 0: after each epoch
    bool least_is_best = false;          ///< a loss, for instance
    best_keeper* best = nullptr;         ///< keeps the best weights, puts them back at the end
    long patience = 0;                   ///< evaluations without a better one that end it; 0: any
    long steps = 0;                      ///< stops when so many are done; 0: with the last epoch
    long done = 0;                       ///< steps of a run that goes on, to be passed over
    fit_course* course = nullptr;        ///< what it had seen by then, brought up to date
    std::function<bool()> interrupted{}; ///< asked between steps: end in good order?
    std::function<void(const fit_step&)> after_step{};
    std::function<void(const fit_evaluation&)> after_evaluation{};
    /// After each step and its evaluation, with the number of steps that are done, and whether it
    /// was the last one: the place to save what goes on from here.
    std::function<void(long, bool)> checkpoint{};
    bool quiet = false; ///< neither progress on stderr nor scores on stdout
};

enum class fit_end { complete, steps, patience, interrupted };
struct fit_result {
    long steps = 0;      ///< done, with those before
    long best_step = -1; ///< that of the best score, from 0; -1: nothing was evaluated
    double best_score = 0;
    fit_end why = fit_end::complete;
};

/// What can be gone through: epochs(...).
template <class Run>
concept fit_run = requires(Run& run) {
    run.begin_at(0).ends_epoch();
    run.largest();
};

/// Goes through `run` (epochs of batches) with an optimizer and its state. `step` and `optimizer`
/// are what differentiate() and chain() make, or what is called like them. An error of any part is
/// passed on, when the best weights so far are back in the model.
template <class Step, class Optimizer, class State, class Run>
fit_result fit(Step& step, const Optimizer& optimizer, State& state, Run&& run, const fit_options& o = {}) {
    static_assert(fit_run<Run>, HONE_E111);
    using clock = std::chrono::steady_clock;
    const auto largest = run.largest();
    step.reserve({static_cast<long>(largest.tokens), static_cast<long>(largest.sequences), static_cast<long>(largest.picked)});
    fit_result result{.steps = o.done};
    progress show(stderr, o.quiet);
    fit_course own;
    fit_course& course = o.course ? *o.course : own;
    const auto evaluate = [&](long epoch, long n) {
        const double score = o.evaluate();
        const double gain = o.least_is_best ? course.best_score - score : score - course.best_score;
        bool best = course.best_step < 0 || gain > 0;
        if (o.best) best = o.best->offer(o.least_is_best ? -score : score, epoch);
        if (best) course.best_step = n, course.best_score = score;
        course.since_best = best ? 0 : course.since_best + 1;
        show.pause();
        if (!o.quiet) std::printf("epoch %ld: %s %.4f%s\n", epoch + 1, o.name, score, best ? " (the best so far)" : "");
        if (o.after_evaluation) o.after_evaluation({epoch, n, score, best});
    };
    const auto ends = [&] {
        if (o.interrupted && o.interrupted()) result.why = fit_end::interrupted;
        else if (o.steps > 0 && result.steps >= o.steps) result.why = fit_end::steps;
        else if (o.patience > 0 && course.since_best >= o.patience) result.why = fit_end::patience;
        return result.why != fit_end::complete;
    };
    try {
        for (auto at = run.begin_at(o.done); at != run.end() && !ends(); ++at) {
            const auto [epoch, n, batch] = *at;
            const auto before = clock::now();
            const double rate = optimizer.rate(state.step);
            const auto [loss, gradients] = step(batch);
            optimizer.step(step.weights(), gradients, state);
            result.steps = n + 1;
            const fit_step now{
                {epoch, run.count(), n, static_cast<long>(run.steps()), loss, rate, static_cast<long>(batch.tokens.ids.size())},
                state.gradient_norm,
                std::chrono::duration<double>(clock::now() - before).count()};
            show(now);
            if (o.after_step) o.after_step(now);
            const bool due = o.evaluate_every > 0 ? result.steps % o.evaluate_every == 0 : at.ends_epoch();
            if (o.evaluate && due) evaluate(epoch, n);
            if (o.checkpoint) o.checkpoint(result.steps, ends());
        }
    } catch (...) {
        show.pause();
        if (o.best) o.best->restore();
        throw;
    }
    show.pause();
    if (o.best) o.best->restore();
    result.best_step = course.best_step;
    result.best_score = course.best_score;
    return result;
}
/// The same with a state of its own.
template <class Step, class Optimizer, fit_run Run>
fit_result fit(Step& step, const Optimizer& optimizer, Run&& run, const fit_options& o = {}) {
    auto state = optimizer.start(step);
    return fit(step, optimizer, state, run, o);
}

} // namespace hone
HONE_COMPACT_END
