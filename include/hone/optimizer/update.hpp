// One step of an optimizer: the norm of all gradients, then one pass over gradients, weights and
// moments; a transform by weight ends a pass, and its weights are done one by one. All sums go over
// chunks of a fixed size that are joined in order: the same bits for any number of threads. Pages
// that no gradient has touched so far (rows of an embedding) hold no moments in memory and are only
// decayed, and that may wait (tensor/resting.hpp): for a chain whose formulas rest, not a bit
// differs from updating them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include "hone/device/instructions/cpu.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/optimizer/state.hpp"
#include "hone/tensor/resting.hpp"

namespace hone {

namespace on_cpu::inline HONE_CPU {
template <class T>
double squared_sum(const T* p, long n);
template <class T>
double squared_sum(const T* p, long n, double* partial, team& workers);
template <class Run, class T>
void update_range(const T* weight, const T* update, T* out, T* const* moments, const Run& prepared,
                  long from, long to);
template <class T>
void rest_range(T* weight, T factor, long from, long to);
template <class Work>
void share_out(team& workers, long pieces, Work&& work);
template <class Work>
void in_chunks(team& workers, long count, Work&& work);
} // namespace on_cpu::inline HONE_CPU

namespace detail::inline HONE_CPU {

HONE_COMPACT_BEGIN
template <class T>
error not_finite(const trained_weights<T>& weights, gradient_block<T> gradients, long step) {
    for (const auto& r : weights.ranges)
        for (long i = 0; i < r.count; ++i)
            if (!std::isfinite(gradients.values[r.gradient + i]))
                return error("optimizer.gradient_not_finite",
                             "a gradient of step " + std::to_string(step) +
                                 " is not finite; no weight was changed",
                             {.name = r.name}, "finite numbers",
                             std::to_string(gradients.values[r.gradient + i]) + " at element " +
                                 std::to_string(i));
    return error("optimizer.gradient_overflow", "the squares of the gradients of step " +
                                                    std::to_string(step) +
                                                    " overflow; no weight was changed");
}
HONE_COMPACT_END

template <class T>
bool is_touched(const trained_weights<T>& weights, long page) {
    return !weights.touched || weights.touched[page] != 0;
}

/// The norm of all gradients. One that is not finite is an error.
template <class T, class State>
void measure(const trained_weights<T>& weights, gradient_block<T> gradients, State& s) {
    const long chunks = optimizer_chunks(weights.count);
    on_cpu::share_out(*weights.workers, chunks, [&](long c) {
        double& sum = s.partial[static_cast<std::size_t>(c)];
        sum = 0;
        const long end = std::min((c + 1) * optimizer_chunk, weights.count);
        for (long from = c * optimizer_chunk; from < end; from += gradient_page)
            if (is_touched(weights, from / gradient_page))
                sum +=
                    on_cpu::squared_sum(gradients.values + from, std::min(gradient_page, end - from));
    });
    double sum = 0;
    for (long c = 0; c < chunks; ++c) sum += s.partial[static_cast<std::size_t>(c)];
    s.gradient_norm = std::sqrt(sum);
    if (!std::isfinite(sum)) throw not_finite(weights, gradients, s.step);
}

template <class T>
update_point point_of(const trained_range<T>& r, long step, double rate) {
    return {.step = step,
            .rate = rate,
            .decays = r.decays,
            .name = r.name,
            .count = r.count,
            .columns = r.columns};
}
/// The one pass of a group without transforms by weight.
template <class T, class Group>
using whole_run = prepared_run<T, typename Group::group_list, 0, Group::size, true>;

/// All pages of a weight become as they should be now.
template <class T>
void settle_all(resting_weights<T>& rest, team& workers) {
    on_cpu::share_out(workers, rest.pages(), [&](long page) { rest.settle(page); });
}

/// Numbers `from` to `to` - 1 of the block of gradients, all of one weight.
template <class Run, class T, class State>
void pass_over(const trained_weights<T>& weights, const trained_range<T>& r, const T* gradients,
               State& s, const Run& run, long from, long to) {
    const bool rests = run.rests(), waits = r.rest && r.rest->active();
    const long owed = rests && run.keep != T(1) ? 1 : 0; // of this very step
    T* moments[Run::moments == 0 ? 1 : Run::moments]{};
    for (int m = 0; m < Run::moments; ++m) moments[m] = s.moment[m].data() + r.gradient;
    for (long end = 0; from < to; from = end) {
        const long page = from / gradient_page, first = from - r.gradient;
        end = std::min((page + 1) * gradient_page, to);
        unsigned char& alive = s.alive[static_cast<std::size_t>(page)];
        if (is_touched(weights, page)) alive = 1;
        if (rests && !alive) {
            if (!waits) on_cpu::rest_range(r.weight, run.keep, first, end - r.gradient);
            continue;
        }
        if (waits) r.rest->settle(first / gradient_page, owed);
        on_cpu::update_range(r.weight, gradients + r.gradient, r.weight, moments, run, first,
                          end - r.gradient);
        if (waits) r.rest->pass(first / gradient_page);
    }
}

/// The weights whose chain is one pass. `rates`: of each group at this step.
template <class Groups, class T, class State>
void pass_over_all(const Groups& all, trained_weights<T>& weights, gradient_block<T> gradients,
                   State& s, const double* rates, T factor) {
    const auto with_run = [&](std::size_t i, auto f) {
        all.in_group(s.group_of(i), [&](const auto& g, auto which) {
            using group = std::remove_cvref_t<decltype(g)>;
            if constexpr (group::fused)
                f(whole_run<T, group>(
                    g.transforms_, point_of(weights.ranges[i], s.step, rates[which]),
                    s.counter + Groups::template counters_at<which>, static_cast<double>(factor)));
        });
    };
    for (std::size_t i = 0; i < weights.ranges.size(); ++i) {
        const auto& r = weights.ranges[i];
        if (!r.rest || !r.rest->active()) continue;
        with_run(i, [&](const auto& run) {
            if (!run.rests() || run.keep == T(1)) return;
            if (r.rest->full()) {
                settle_all(*r.rest, *weights.workers);
                r.rest->forget();
            }
            r.rest->owe(run.keep);
        });
    }
    const long chunks = optimizer_chunks(weights.count);
    weights.workers->run([&](int thread, int threads) {
        const long first = chunks * thread / threads * optimizer_chunk,
                   last =
                       std::min(weights.count, chunks * (thread + 1) / threads * optimizer_chunk);
        auto at =
            std::partition_point(weights.ranges.begin(), weights.ranges.end(),
                                 [&](const auto& r) { return r.gradient + r.count <= first; });
        for (; at != weights.ranges.end() && at->gradient < last; ++at) {
            const long from = std::max(first, at->gradient),
                       to = std::min(last, at->gradient + at->count);
            with_run(static_cast<std::size_t>(at - weights.ranges.begin()), [&](const auto& run) {
                pass_over(weights, *at, gradients.values, s, run, from, to);
            });
        }
    });
}

/// Transforms from number Begin on, on one weight: a pass, a transform by weight, and so on.
template <int Begin, bool Added, class Group, class T, class State>
void go_on(const Group& g, const trained_range<T>& r, weight_update<T>& v, State& s,
           const double* counters) {
    using list = typename Group::group_list;
    constexpr int to = end_of_run<list, Begin>();
    using run_type = prepared_run<T, list, Begin, to, to == Group::size, Added>;
    const run_type run(g.transforms_, v.at, counters, v.scale, v.share);
    if constexpr (run_type::only_scales) v.scale = static_cast<double>(run.scale);
    else {
        T* moments[run_type::moments == 0 ? 1 : run_type::moments]{};
        for (int m = 0; m < run_type::moments; ++m)
            moments[m] = s.moment[run_type::first_moment + m].data() + r.gradient;
        T* const out = to == Group::size ? r.weight : v.room;
        on_cpu::in_chunks(*v.workers, r.count, [&](long from, long end) {
            on_cpu::update_range(r.weight, v.update, out, moments, run, from, end);
        });
        v.update = out;
        v.scale = 1;
        v.share = 0;
    }
    if constexpr (to < Group::size) {
        const auto& transform = std::get<static_cast<std::size_t>(to)>(g.transforms_);
        transform.apply_to(v);
        if constexpr (requires {
                          transform.keep(r.count, r.columns, [](std::string_view, long) {});
                      })
            transform.keep(r.count, r.columns,
                           [&](std::string_view, long n) { v.kept += whole_lines(n); });
        go_on<to + 1, std::remove_cvref_t<decltype(transform)>::adds_weights>(g, r, v, s, counters);
    }
}
template <class Groups, class T, class State>
void one_by_one(const Groups& all, trained_weights<T>& weights, gradient_block<T> gradients,
                State& s, const double* rates, T factor) {
    for (std::size_t i = 0; i < weights.ranges.size(); ++i)
        all.in_group(s.group_of(i), [&](const auto& g, auto which) {
            using group = std::remove_cvref_t<decltype(g)>;
            if constexpr (!group::fused) {
                const auto& r = weights.ranges[i];
                if (r.rest && r.rest->active()) settle_all(*r.rest, *weights.workers);
                weight_update<T> v{gradients.values + r.gradient,
                                   static_cast<double>(factor),
                                   0,
                                   s.room.data(),
                                   r.weight,
                                   point_of(r, s.step, rates[which]),
                                   s.kept.data() + s.kept_at[i],
                                   s.room.data() + whole_lines(r.count),
                                   s.partial.data(),
                                   weights.workers};
                go_on<0, false>(g, r, v, s, s.counter + Groups::template counters_at<which>);
            }
        });
}

} // namespace detail::inline HONE_CPU
inline namespace HONE_CPU {

/// Gives what the gradients were scaled by.
template <class Groups, class Front, class T, class State>
T update_weights(const Groups& all, const Front& front, trained_weights<T>& weights,
                 gradient_block<T> gradients, State& s) {
    check_same_weights(weights, "gradients", gradients.key, gradients.count);
    check_same_weights(weights, "moments", s.key, s.count);
    detail::measure(weights, gradients, s);
    const T factor = static_cast<T>(front.factor(s.gradient_norm));
    double rates[static_cast<std::size_t>(Groups::groups)];
    all.each_group([&](const auto& g, auto which) {
        rates[which] = g.rate(s.step);
        g.count(s.step, s.counter + Groups::template counters_at<which>);
    });
    detail::pass_over_all(all, weights, gradients, s, rates, factor);
    if constexpr (!Groups::fused) detail::one_by_one(all, weights, gradients, s, rates, factor);
    ++s.step;
    return factor;
}

} // namespace HONE_CPU

} // namespace hone
