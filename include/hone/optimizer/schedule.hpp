// How a learning rate goes over the steps. A schedule is a plain struct of numbers and a function, so that
// `adamw{.rate = linear_warmup(2e-4, 100, 2000)}` needs no template, and a schedule of one's own is one function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace hone {

/// The rate at step s (from 0). A number alone is a constant rate.
struct schedule {
    double peak = 0;
    long warmup = 0, total = 0;
    double (*shape)(const schedule&, long step) = nullptr; ///< null: constant

    constexpr schedule(double rate = 0) : peak(rate) {}
    constexpr schedule(double rate, long warmup_steps, long total_steps, double (*f)(const schedule&, long))
        : peak(rate), warmup(warmup_steps), total(total_steps), shape(f) {}
    double operator()(long step) const { return shape ? shape(*this, step) : peak; }
};

/// From 0 up to `peak` in `warmup` steps, then down to 0 at `total`, both in a straight line. Past the end: 0.
inline schedule linear_warmup(double peak, long warmup, long total) {
    return {peak, warmup, total, [](const schedule& s, long step) {
                if (step < s.warmup) return s.peak * (static_cast<double>(step) / static_cast<double>(s.warmup > 1 ? s.warmup : 1));
                const long left = s.total - step, span = s.total - s.warmup;
                const double share = static_cast<double>(left) / static_cast<double>(span > 1 ? span : 1);
                return s.peak * (share > 0 ? share : 0.0);
            }};
}

} // namespace hone
