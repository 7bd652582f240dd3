// Optimizers as chains: what is done to the gradients as a whole, then the update of each weight. The state is a value of its own,
// with room for the moments of the weights that train and nothing else; it can be saved and given back. All sums go over chunks of a
// fixed size that are joined in order, so the norm has the same bits for any number of threads. Nothing is allocated after start().
// Pages that no gradient has touched so far (rows of an embedding) hold no moments in memory and are only decayed, and that may wait
// (tensor/resting.hpp): for a rule that says what becomes of a weight `at_rest`, not a bit differs from updating them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "hone/device/instructions/cpu.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/seam.hpp"
#include "hone/optimizer/schedule.hpp"
#include "hone/tensor/resting.hpp"
#include "hone/tensor/storage.hpp"
#include "hone/tensor/trained.hpp"

namespace hone {

/// Elements of a gradient in one partial sum of the norm, and in one piece of a thread's work.
inline constexpr long optimizer_chunk = 1 << 14;

template <class T, int Moments>
struct optimizer_state {
    long step = 0;
    storage<T> moment[static_cast<std::size_t>(Moments == 0 ? 1 : Moments)];
    storage<double> partial; ///< one sum of squares a chunk
    storage<unsigned char> alive; ///< by page: has a gradient touched it?
    double gradient_norm = 0; ///< of the last step, before clipping
    std::uint64_t key = 0;    ///< of the weights that it was started for
    long count = 0;           ///< of their gradients
};

/// Scales all gradients by min(1, limit / (norm + 1e-6)), norm over all of them (Pascanu et al. 2013).
struct clip_by_norm {
    double limit;
    explicit constexpr clip_by_norm(double l) : limit(l) {}
    double factor(double norm) const { return norm + 1e-6 > limit ? limit / (norm + 1e-6) : 1.0; }
};
/// No change to the gradients.
struct no_clip {
    double factor(double) const { return 1; }
};

namespace cpu::inline HONE_CPU {
template <class T>
double squared_sum(const T* p, long n);
template <class Rule, class T>
void update_range(const trained_range<T>& r, const T* gradients, T* const* moments, const typename Rule::template numbers<T>& n, T factor, long from, long to);
template <class T>
void rest_range(const trained_range<T>& r, T factor, long from, long to);
template <class Work>
void share_out(team& workers, long pieces, Work&& work);
} // namespace cpu::inline HONE_CPU
inline namespace HONE_CPU {

/// Clipping and an update rule: `chain(clip_by_norm(1.0), adamw{...})`.
template <class Clip, class Rule>
struct optimizer {
    Clip clip;
    Rule rule;

    template <class T>
    using state = optimizer_state<T, Rule::moments>;

    /// Moments of zero for the weights that train.
    template <class T>
    state<T> start(const trained_weights<T>& weights) const {
        state<T> s;
        s.key = weights.key;
        s.count = weights.count;
        for (auto& m : s.moment) m = storage<T>::zeros(static_cast<std::size_t>(weights.count), static_cast<std::size_t>(weights.seldom));
        for (auto& m : s.moment)
            cpu::share_out(*weights.workers, 64, [&](long c) { m.touch(static_cast<std::size_t>(weights.seldom), static_cast<std::size_t>(c), 64); });
        s.alive = storage<unsigned char>::zeros(static_cast<std::size_t>(gradient_pages(weights.count)));
        s.partial = storage<double>(static_cast<std::size_t>((weights.count + optimizer_chunk - 1) / optimizer_chunk + 1));
        return s;
    }
    /// Bytes that `start` takes for this many trained numbers.
    template <class T>
    static constexpr long bytes(long count) {
        return Rule::moments * count * static_cast<long>(sizeof(T)) +
               ((count + optimizer_chunk - 1) / optimizer_chunk + 1) * static_cast<long>(sizeof(double)) + gradient_pages(count);
    }
    double rate(long step) const { return rule.rate(step); }

    /// One step. A gradient that is not finite is an error and changes nothing.
    template <class T>
    void step(trained_weights<T>& weights, gradient_block<T> gradients, state<T>& s) const {
        update(weights, gradients, s);
    }
    /// One step and what an allocation makes of it. It sees the gradients as they were clipped.
    template <class T, class Allocation>
    void step(allocated_weights<T>& weights, gradient_block<T> gradients, state<T>& s, Allocation& allocation) const {
        const T factor = update(weights, gradients, s);
        allocation.after_step(weights, gradients, factor);
    }
    /// Without one, weights that need it are refused.
    template <class T>
    void step(allocated_weights<T>&, gradient_block<T>, state<T>&) const {
        static_assert(sizeof(T) == 0, HONE_E046);
    }

private:
    /// Gives what the gradients were scaled by.
    template <class T>
    T update(trained_weights<T>& weights, gradient_block<T> gradients, state<T>& s) const {
        check_same_weights(weights, "gradients", gradients.key, gradients.count);
        check_same_weights(weights, "moments", s.key, s.count);
        const long chunks = (weights.count + optimizer_chunk - 1) / optimizer_chunk;
        const auto end = [&](long c) { return (c + 1) * optimizer_chunk < weights.count ? (c + 1) * optimizer_chunk : weights.count; };
        const auto touched = [&](long page) { return !weights.touched || weights.touched[page] != 0; };
        cpu::share_out(*weights.workers, chunks, [&](long c) {
            double& sum = s.partial[static_cast<std::size_t>(c)];
            sum = 0;
            for (long from = c * optimizer_chunk; from < end(c); from += gradient_page)
                if (touched(from / gradient_page)) sum += cpu::squared_sum(gradients.values + from, std::min(gradient_page, end(c) - from));
        });
        double sum = 0;
        for (long c = 0; c < chunks; ++c) sum += s.partial[static_cast<std::size_t>(c)];
        s.gradient_norm = std::sqrt(sum);
        if (!std::isfinite(sum)) throw not_finite(weights, gradients, s.step);
        const T factor = static_cast<T>(clip.factor(s.gradient_norm));
        T* moments[Rule::moments == 0 ? 1 : Rule::moments];
        for (int m = 0; m < Rule::moments; ++m) moments[m] = s.moment[m].data();
        const auto decayed = rule.template prepare<T>(s.step, true), plain = rule.template prepare<T>(s.step, false);
        const auto factor_at_rest = [&](const trained_range<T>& r) {
            if constexpr (requires { Rule::at_rest(plain); }) return Rule::at_rest(r.decays ? decayed : plain);
            else return T(1);
        };
        for (auto& r : weights.ranges)
            if (r.rest && r.rest->active() && factor_at_rest(r) != T(1)) owe(*r.rest, factor_at_rest(r), *weights.workers);
        const auto owes = [&](const trained_range<T>& r) { return factor_at_rest(r) != T(1) ? 1l : 0l; }; // of this very step
        cpu::share_out(*weights.workers, chunks, [&](long c) {
            auto at = std::partition_point(weights.ranges.begin(), weights.ranges.end(), [&](const auto& r) { return r.gradient + r.count <= c * optimizer_chunk; });
            for (long first = c * optimizer_chunk; first < end(c); first += gradient_page) {
                const long page = first / gradient_page, last = std::min(first + gradient_page, end(c));
                unsigned char& alive = s.alive[static_cast<std::size_t>(page)];
                if (touched(page)) alive = 1;
                while (at != weights.ranges.end() && at->gradient + at->count <= first) ++at;
                for (auto i = at; i != weights.ranges.end() && i->gradient < last; ++i) { // the part of this page that belongs to each range
                    const auto& r = *i;
                    const long from = std::max(first, r.gradient), to = std::min(last, r.gradient + r.count);
                    if (from >= to) continue;
                    const auto& n = r.decays ? decayed : plain;
                    const bool waits = r.rest && r.rest->active();
                    if constexpr (requires { Rule::at_rest(n); }) {
                        if (!alive) {
                            if (!waits) cpu::rest_range(r, Rule::at_rest(n), from, to);
                            continue;
                        }
                    }
                    if (waits) r.rest->settle((from - r.gradient) / gradient_page, owes(r));
                    cpu::update_range<Rule>(r, gradients.values, moments, n, factor, from, to);
                    if (waits) r.rest->pass((from - r.gradient) / gradient_page);
                }
            }
        });
        ++s.step;
        return factor;
    }
    template <class T>
    static void owe(resting_weights<T>& rest, T factor, team& workers) {
        if (rest.full()) {
            cpu::share_out(workers, rest.pages(), [&](long page) { rest.settle(page); });
            rest.forget();
        }
        rest.owe(factor);
    }
    template <class T>
    static error not_finite(const trained_weights<T>& weights, gradient_block<T> gradients, long step) {
        for (const auto& r : weights.ranges)
            for (long i = 0; i < r.count; ++i)
                if (!std::isfinite(gradients.values[r.gradient + i]))
                    return error("optimizer.gradient_not_finite", "a gradient of step " + std::to_string(step) + " is not finite; no weight was changed",
                                 {.name = r.name}, "finite numbers", std::to_string(gradients.values[r.gradient + i]) + " at element " + std::to_string(i));
        return error("optimizer.gradient_overflow", "the squares of the gradients of step " + std::to_string(step) + " overflow; no weight was changed");
    }
};

template <class Clip, class Rule>
constexpr optimizer<Clip, Rule> chain(Clip clip, Rule rule) {
    return {clip, rule};
}
template <class Rule>
constexpr optimizer<no_clip, Rule> chain(Rule rule) {
    return {{}, rule};
}

} // namespace HONE_CPU

} // namespace hone
