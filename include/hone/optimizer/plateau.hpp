// A rate that falls when a watched value has stopped getting better, as torch's ReduceLROnPlateau.
// It looks at values, not at steps, so it is an object of the loop, which tells it each value
// (`watch.observe(loss)`); a schedule asks it for its factor:
//     plateau watch{.patience = 2};
//     adamw{.rate = [&](long) { return 3e-4 * watch.factor_now(); }}
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <limits>

namespace hone {

struct plateau {
    bool larger_is_better = false;
    double factor = 0.1;     ///< what the rate is multiplied with
    long patience = 10;      ///< values that may be no better, one after the other
    double threshold = 1e-4; ///< better by less does not count
    bool relative = true;    ///< the threshold is a share of the best value
    long cooldown = 0;       ///< values after a fall that do not count
    double minimum = 0;      ///< of the factor
    double epsilon = 1e-8;   ///< a fall by no more than this is not made

    /// What goes on from value to value; to be saved with a training that is to be resumed.
    struct numbers {
        double now = 1, best = 0;
        bool any = false;
        long bad = 0, cooling = 0;
    } state{};

    double factor_now() const { return state.now; }
    /// The next value of what is watched.
    void observe(double value) {
        auto& s = state;
        if (better(value)) {
            s.best = value;
            s.any = true;
            s.bad = 0;
        } else ++s.bad;
        if (s.cooling > 0) {
            --s.cooling;
            s.bad = 0;
        }
        if (s.bad <= patience) return;
        const double next = s.now * factor > minimum ? s.now * factor : minimum;
        if (s.now - next > epsilon) s.now = next;
        s.cooling = cooldown;
        s.bad = 0;
    }
    /// For a snapshot of the run, both ways.
    template <class Content>
    void pass(Content& c) {
        c.number("plateau/now", state.now);
        c.number("plateau/best", state.best);
        c.number("plateau/any", state.any);
        c.number("plateau/bad", state.bad);
        c.number("plateau/cooling", state.cooling);
    }

private:
    bool better(double v) const {
        if (!state.any)
            return larger_is_better ? v > -std::numeric_limits<double>::infinity()
                                    : v < std::numeric_limits<double>::infinity();
        if (larger_is_better)
            return v > (relative ? state.best * (1 + threshold) : state.best + threshold);
        return v < (relative ? state.best * (1 - threshold) : state.best - threshold);
    }
};

} // namespace hone
