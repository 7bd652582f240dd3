// How a learning rate goes over the steps: a number, a callable of the step, or pieces joined end
// to end, each a factor of the rate,
//     adamw{.rate = 3e-4 * warmup(100).then(cosine(1900))}
// so that `adamw{.rate = linear_warmup(2e-4, 100, 2000)}` needs no template. Steps count from 0.
// The formulas are those of transformers' get_scheduler and torch's OneCycleLR, in their order of
// operations. Error: schedule.steps, schedule.endless.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The rate at a step. A number alone is a constant rate; anything that can be called with a step
/// is a schedule without an end.
class schedule {
public:
    static constexpr long endless = -1;

    schedule(double rate = 0) : rate_(rate) {}
    /// `length`: how many steps it is meant for, so that `then` knows where the next one begins.
    template <class F>
    requires(!std::is_arithmetic_v<F> && !std::is_base_of_v<schedule, F> &&
             std::is_invocable_r_v<double, const F&, long>) schedule(F f, long length = endless)
        : held_(new F(std::move(f))), at_([](const void* held, long step) -> double {
              return (*static_cast<const F*>(held))(step);
          }),
          length_(length) {}

    double operator()(long step) const { return at_ ? at_(held_.get(), step) : rate_; }
    long length() const { return length_; } ///< endless: it goes on for good

    /// The same, meant for so many steps.
    schedule lasting(long steps) const {
        schedule s = *this;
        s.length_ = steps_of(steps, "steps that a schedule lasts");
        return s;
    }
    /// This one for its length, then the next, which counts from 0 again.
    schedule then(schedule next) const {
        if (length_ == endless)
            throw error("schedule.endless", "nothing can follow a schedule that has no end", {},
                        "schedule.lasting(steps).then(...)", "");
        const long end = next.length_ == endless ? endless : length_ + next.length_;
        return {[first = *this, next = std::move(next)](long step) {
                    return step < first.length_ ? first(step) : next(step - first.length_);
                },
                end};
    }
    /// What it is some steps later; it still lasts as long.
    schedule ahead(long steps) const {
        return {[s = *this, steps](long step) { return s(step + steps); }, length_};
    }
    friend schedule operator*(double factor, schedule s) {
        const long length = s.length_;
        return {[factor, s = std::move(s)](long step) { return factor * s(step); }, length};
    }
    /// A number of steps, checked.
    static long steps_of(long steps, const char* what) {
        if (steps < 0)
            throw error("schedule.steps", "a schedule cannot have fewer than 0 steps",
                        {.name = what}, "at least 0", std::to_string(steps));
        return steps;
    }

private:
    double rate_ = 0;
    std::shared_ptr<const void> held_;
    double (*at_)(const void*, long) = nullptr; ///< null: constant
    long length_ = endless;
};

namespace detail {

/// step / max(1, steps)
inline double share_of(long step, long steps) {
    return static_cast<double>(step) / static_cast<double>(steps > 1 ? steps : 1);
}
inline constexpr double half_turn = 3.141592653589793;

} // namespace detail

/// How a rate goes from one value to another: in a straight line, as half a cosine, or as 1 -
/// sqrt(1 - x) up and 1 - sqrt(x) down.
enum class curve { straight, cosine, root };

/// One value; `constant(0).lasting(50).then(...)` waits.
inline schedule constant(double value = 1) { return value; }

struct warmup_options {
    double from = 0;
    curve shape = curve::straight;
};
/// From `from` up to 1 in so many steps (Goyal et al. 2017).
inline schedule warmup(long steps, warmup_options o = {}) {
    schedule::steps_of(steps, "warmup");
    return {[steps, o](long step) {
                const double x = detail::share_of(step, steps);
                const double up = o.shape == curve::straight ? x
                                  : o.shape == curve::cosine
                                      ? 0.5 * (1 - std::cos(detail::half_turn * x))
                                      : 1 - std::sqrt(x < 1 ? 1 - x : 0.0);
                return up * (1 - o.from) + o.from;
            },
            steps};
}

/// From 1 down to `end` in a straight line, then `end`.
inline schedule linear_decay(long steps, double end = 0) {
    schedule::steps_of(steps, "linear_decay");
    return {[steps, end](long step) {
                const double left = detail::share_of(steps - step, steps);
                return (left > 0 ? left : 0.0) * (1 - end) + end;
            },
            steps};
}

struct cosine_options {
    double cycles = 0.5; ///< waves in all: with a half it falls once
    double minimum = 0;
};
/// From 1 down to `minimum` along a cosine (Loshchilov and Hutter 2017).
inline schedule cosine(long steps, cosine_options o = {}) {
    schedule::steps_of(steps, "cosine");
    return {[steps, o](long step) {
                const double wave = 0.5 * (1 + std::cos(detail::half_turn * o.cycles * 2 *
                                                        detail::share_of(step, steps))),
                             f = wave * (1 - o.minimum) + o.minimum;
                return f > 0 ? f : 0.0;
            },
            steps};
}
/// The same, falling `cycles` times and starting at 1 each time (SGDR); 0 from the end on.
inline schedule cosine_with_restarts(long steps, double cycles = 1) {
    schedule::steps_of(steps, "cosine_with_restarts");
    return {[steps, cycles](long step) {
                const double progress = detail::share_of(step, steps);
                return progress >= 1 ? 0.0
                                     : 0.5 * (1 + std::cos(detail::half_turn *
                                                           std::fmod(cycles * progress, 1.0)));
            },
            steps};
}

struct polynomial_options {
    double power = 1, end = 0;
};
/// (1 - end) (1 - s / steps)^power + end, then `end`.
inline schedule polynomial(long steps, polynomial_options o = {}) {
    schedule::steps_of(steps, "polynomial");
    return {[steps, o](long step) {
                return step > steps
                           ? o.end
                           : (1 - o.end) * std::pow(1 - detail::share_of(step, steps), o.power) +
                                 o.end;
            },
            steps};
}

/// 1 / sqrt((s + timescale) / timescale), without an end (Vaswani et al. 2017; Zhai et al. 2022).
inline schedule inverse_sqrt(long timescale) {
    if (timescale < 1)
        throw error("schedule.steps", "a time scale has at least 1 step", {.name = "inverse_sqrt"},
                    "at least 1", std::to_string(timescale));
    return {[timescale](long step) {
        return 1 /
               std::sqrt(static_cast<double>(step + timescale) / static_cast<double>(timescale));
    }};
}

struct stable_options {
    long warmup = 0, stable = 0, decay = 0;
    double minimum = 0;
    double cycles = 0.5; ///< of a cosine down
    curve up = curve::straight, down = curve::cosine;
};
/// Up, level, down, then `minimum` (Zhai et al. 2022; Hu et al. 2024).
inline schedule warmup_stable_decay(stable_options o) {
    const auto down =
        o.down == curve::straight ? linear_decay(o.decay, o.minimum)
        : o.down == curve::cosine
            ? cosine(o.decay, {.cycles = o.cycles, .minimum = o.minimum})
            : schedule(
                  [o](long step) {
                      return (1 - std::sqrt(detail::share_of(step, o.decay))) * (1 - o.minimum) +
                             o.minimum;
                  },
                  o.decay);
    return warmup(o.warmup, {.from = o.minimum, .shape = o.up})
        .then(constant().lasting(o.stable))
        .then(down)
        .then(constant(o.minimum));
}

struct cycle_options {
    double peak = 0.3;           ///< share of the steps at which it is reached
    double start_divisor = 25;   ///< it starts at 1 / start_divisor
    double end_divisor = 1e4;    ///< and ends at that over end_divisor
    curve shape = curve::cosine; ///< or straight
    bool three_phase = false;    ///< down to the start as slowly as up, then to the end
};
/// From 1 / start_divisor up to 1 and down to almost nothing, once over the training (Smith and
/// Topin 2018).
inline schedule one_cycle(long steps, cycle_options o = {}) {
    if (schedule::steps_of(steps, "one_cycle") == 0)
        throw error("schedule.steps", "a cycle of no steps", {.name = "one_cycle"}, "at least 1",
                    "0");
    return {[steps, o](long step) {
                const double start = 1 / o.start_divisor, low = start / o.end_divisor,
                             all = static_cast<double>(steps);
                const double place[4] = {0, o.peak * all - 1,
                                         o.three_phase ? 2 * o.peak * all - 2 : all - 1, all - 1};
                const double value[4] = {start, 1, o.three_phase ? start : low, low};
                const double now = static_cast<double>(step);
                int k = 0;
                while (k < (o.three_phase ? 2 : 1) && now > place[k + 1]) ++k;
                const double long_ = place[k + 1] - place[k],
                             x = long_ > 0 ? (now - place[k]) / long_ : 1.0;
                if (o.shape == curve::straight) return (value[k + 1] - value[k]) * x + value[k];
                return value[k + 1] +
                       (value[k] - value[k + 1]) / 2 * (std::cos(detail::half_turn * x) + 1);
            },
            steps};
}

/// From 0 up to `peak` in `warm` steps, then down to 0 at `total`, both in a straight line. Past
/// the end: 0.
inline schedule linear_warmup(double peak, long warm, long total) {
    return {[peak, warm, total](long step) {
                if (step < warm) return peak * detail::share_of(step, warm);
                const double left = detail::share_of(total - step, total - warm);
                return peak * (left > 0 ? left : 0.0);
            },
            total > warm ? total : warm};
}

} // namespace hone
HONE_COMPACT_END
