// Is a gradient right? The step's own gradients against differences of its loss: five points around every trained number, in
// double. The step is judged as it stands, with its dropout, its policy and its threads; nothing of the reverse is trusted.
// Cost: four steps a number. Kinks and numbers nearer to one than 2h give a false alarm: keep away from them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "hone/meta/compact.hpp"
#include "hone/step/differentiate.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct check_options {
    double h = 1e-3; ///< distance of the points
    long sample = 0; ///< at most so many numbers of each weight, evenly spread with both ends among them; 0: all
};

/// How one weight's gradient compares: the largest difference, where it is, and what stands there.
struct checked_weight {
    std::string name;
    long checked = 0, element = 0;
    double difference = 0, largest = 0; ///< largest |given - expected| and largest |expected| (NaN where one was seen)
    double given = 0, expected = 0;     ///< at `element`
    double relative() const { return std::isnan(difference) ? difference : difference == 0 ? 0 : difference / largest; }
};

struct checked_gradient {
    std::vector<checked_weight> weights;
    double largest = 0; ///< largest |expected| over all weights
    checked_weight worst{};

    /// The largest difference over the largest gradient of the model; NaN before all else.
    double relative() const {
        return std::isnan(worst.difference) ? worst.difference : worst.difference == 0 ? 0 : worst.difference / largest;
    }
    /// The same, weight by weight, each by its own largest: the largest of these. A weight whose gradient is 0 must be given 0.
    double relative_by_weight() const {
        double most = 0;
        for (const auto& w : weights)
            most = std::isnan(w.relative()) || std::isnan(most) ? NAN : std::max(most, w.relative());
        return most;
    }
    /// One line for a report.
    std::string text() const {
        return "largest difference " + number(relative()) + " of the largest gradient " + number(largest) + ", at " + worst.name + "[" +
               std::to_string(worst.element) + "]: given " + number(worst.given) + ", expected " + number(worst.expected);
    }

private:
    static std::string number(double v) {
        char out[40];
        std::snprintf(out, sizeof out, "%.10g", v);
        return out;
    }
};

/// Compares the gradients of `step` on `batch` with differences. The weights are moved and put back; the step counts no steps.
template <class Program, class Device>
checked_gradient check_gradients(training_step<Program, double, Device>& step, const typename Program::batch& batch, check_options options = {}) {
    const auto count = step.count();
    const auto loss = [&] {
        const double v = step(batch).loss;
        step.resume(count);
        return v;
    };
    loss();
    const auto& trained = step.weights();
    for (const auto& range : trained.ranges) range.values(); // weights are moved here
    const std::vector<double> given = [&] {
        const auto g = step(batch).gradients;
        step.resume(count);
        return std::vector<double>(g.values, g.values + g.count);
    }();
    checked_gradient all;
    for (const auto& range : trained.ranges) {
        checked_weight w;
        w.name = range.name;
        w.checked = options.sample > 0 ? std::min(options.sample, range.count) : range.count;
        for (long k = 0; k < w.checked; ++k) {
            const long i = w.checked == range.count ? k : w.checked == 1 ? 0 : k * (range.count - 1) / (w.checked - 1);
            double& x = range.weight[i];
            const double old = x;
            const auto at = [&](double d) {
                x = old + d * options.h;
                return loss();
            };
            const double outer = at(2) - at(-2), inner = at(1) - at(-1);
            x = old;
            const double expected = (8 * inner - outer) / (12 * options.h), g = given[static_cast<std::size_t>(range.gradient + i)];
            const double difference = std::abs(g - expected);
            if (std::isnan(w.difference))
                break;
            w.largest = std::max(w.largest, std::abs(expected));
            if (difference > w.difference || !std::isfinite(difference) || k == 0) {
                w.difference = std::isfinite(difference) ? difference : NAN;
                w.element = i;
                w.given = g;
                w.expected = expected;
            }
        }
        all.largest = std::max(all.largest, w.largest);
        if (!std::isnan(all.worst.difference) && (all.weights.empty() || std::isnan(w.difference) || w.difference > all.worst.difference))
            all.worst = w;
        all.weights.push_back(w);
    }
    return all;
}

} // namespace hone
HONE_COMPACT_END
