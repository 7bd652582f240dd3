// 06: an optimizer is an elementwise expression over weight, gradient and moments, and the numbers that go over its steps. It has no
// kernel of its own: threads, SIMD, clipping and state come from chain().
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>

#include <hone/hone.hpp>

using namespace hone;

/// Lion (Chen et al. 2023): a step of one size everywhere, towards the sign of a momentum.
struct lion {
    schedule rate = 1e-3;
    double beta1 = 0.9, beta2 = 0.99, decay = 0.01;

    static constexpr int moments = 1;
    template <class T>
    struct numbers {
        T shrink, pace, beta1, rest1, beta2, rest2;
    };
    template <class T>
    numbers<T> prepare(long step, bool decays) const {
        const double r = rate(step);
        return {static_cast<T>(decays ? 1 - r * decay : 1.0),
                static_cast<T>(r),
                static_cast<T>(beta1),
                static_cast<T>(1 - beta1),
                static_cast<T>(beta2),
                static_cast<T>(1 - beta2)};
    }
    /// V is a vector of numbers; where() picks element by element.
    template <class V, class T>
    static V update(V w, V g, V (&moment)[1], const numbers<T>& n) {
        const V towards = V(n.beta1) * moment[0] + V(n.rest1) * g;
        moment[0] = V(n.beta2) * moment[0] + V(n.rest2) * g;
        const V sign = where(towards > V(0), V(1), where(towards < V(0), V(-1), V(0)));
        return V(n.shrink) * w - V(n.pace) * sign;
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
    const std::vector<float> x{1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1}, y{2, -1, 0.5f, 1.5f}; // y = 2 x0 - x1 + x2 / 2
    auto step = differentiate<pairs>(model, trainable<on<"**">>{}, [](auto m, auto batch) { return squared_error(m(batch.x), batch.y); });
    const auto optimizer = chain(clip_by_norm(1.0), lion{.rate = linear_warmup(2e-2, 10, 600), .decay = 0});
    auto state = optimizer.start(step.weights());

    const double before = step({{x}, {y}}).loss;
    const auto w = model.weight("weight").values;
    const double w0 = w[0], g0 = step.gradients().values[0];
    state.step = 10; // the schedule's peak: one step of a known size
    optimizer.step(step.weights(), step.gradients(), state);
    const bool one_step = std::abs(w[0] - (w0 - 2e-2 * (g0 > 0 ? 1 : -1))) < 1e-15;

    state = optimizer.start(step.weights());
    double loss = before;
    for (int n = 0; n < 600; ++n) {
        const auto [now, gradients] = step({{x}, {y}});
        optimizer.step(step.weights(), gradients, state);
        loss = now;
    }
    std::printf("loss %.4f at first, %.2e in the end; weights %.3f %.3f %.3f\n", before, loss, w[0], w[1], w[2]);
    return one_step && loss < 1e-4 && before > 0.1 ? 0 : 1;
}
