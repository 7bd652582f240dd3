// 06: an optimizer is a chain of transforms, and a transform an elementwise expression over the
// update so far, the weight and moments, with the numbers that go over its steps. It has no kernel
// of its own: threads, SIMD, clipping and state come from chain(), and the whole chain is one pass.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>

#include <hone/hone.hpp>

using namespace hone;

/// Yogi (Zaheer et al. 2018): Adam whose second moment grows and shrinks by a share of the squared
/// gradient, whichever way it has to go.
struct scale_by_yogi {
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-3;

    static constexpr state_names<2> kept{"yogi.mu", "yogi.nu"};
    template <class T>
    struct numbers {
        T pace, beta1, rest1, rest2, root, epsilon;
    };
    /// The numbers of one step; `pace` is what the result is multiplied with, rate and all.
    template <class T>
    numbers<T> prepare(const update_point& at, double pace) const {
        const double t = static_cast<double>(at.step + 1);
        return {static_cast<T>(pace / (1 - std::pow(beta1, t))),
                static_cast<T>(beta1),
                static_cast<T>(1 - beta1),
                static_cast<T>(1 - beta2),
                static_cast<T>(1 / std::sqrt(1 - std::pow(beta2, t))),
                static_cast<T>(epsilon)};
    }
    /// V is a vector of numbers; where() picks element by element.
    template <class V, class T>
    static V apply(V g, V, V* moment, const numbers<T>& n) {
        const V square = g * g, change = V(n.rest2) * square;
        moment[0] = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[1] = moment[1] + where(moment[1] < square, change, V(0) - change);
        return V(n.pace) * moment[0] / (sqrt(moment[1]) * V(n.root) + V(n.epsilon));
    }
};

struct pairs {
    real_rows<3> x;
    real_rows<1> y;
    HONE_FIELDS(x, y)
};
using line = linear<width<3>, width<1>>;

int main() {
    parameters<line, double> model;
    model.initialize(1);
    const std::vector<float> x{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1},
        y{2, -1, 0.5f, 1.5f}; // y = 2 x0 - x1 + x2 / 2
    auto step = differentiate<pairs>(model, trainable<on<"**">>{}, [](auto m, auto batch) {
        return squared_error(m(batch.x), batch.y);
    });
    const auto optimizer = chain(clip_by_global_norm(1.0), scale_by_yogi{},
                                 scale_by_rate(linear_warmup(5e-2, 10, 600)));
    auto state = optimizer.start(step.weights());

    const double before = step({{x}, {y}}).loss;
    const auto w = model.weight("weight").values;
    const double w0 = w[0], g0 = step.gradients().values[0];
    optimizer.step(step.weights(), step.gradients(), state);
    state = optimizer.start(step.weights());
    const double w1 = w[0]; // the first rate is 0
    state.step = 10;        // the schedule's peak: one step, reckoned by hand
    optimizer.step(step.weights(), step.gradients(), state);
    const double g = g0 * std::min(1.0, 1 / (state.gradient_norm + 1e-6)),
                 m = 0.1 * g / (1 - std::pow(0.9, 11)),
                 v = 0.001 * g * g / (1 - std::pow(0.999, 11));
    const bool one_step =
        w1 == w0 && std::abs(w[0] - (w0 - 5e-2 * m / (std::sqrt(v) + 1e-3))) < 1e-14;

    state = optimizer.start(step.weights());
    double loss = before;
    for (int n = 0; n < 600; ++n) {
        const auto [now, gradients] = step({{x}, {y}});
        optimizer.step(step.weights(), gradients, state);
        loss = now;
    }
    std::printf("loss %.4f at first, %.2e in the end; weights %.3f %.3f %.3f\n", before, loss, w[0],
                w[1], w[2]);
    return one_step && loss < 1e-4 && before > 0.1 ? 0 : 1;
}
