// 03: an elementwise op is its value and its slope. SIMD, the backward pass and fusion come from these two lines; whether the slope is
// right, check_gradients says.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/step/check.hpp>

using namespace hone;

/// max(x, 0)^2 (So et al. 2021)
struct squared_relu_ : elementwise {
    static constexpr auto value(auto x) {
        const auto r = max(x, decltype(x)(0));
        return r * r;
    }
    static constexpr auto slope(auto x) { return decltype(x)(2) * max(x, decltype(x)(0)); } // dy/dx; slope(x, y) may use y = value(x) too
};
inline constexpr function<squared_relu_> squared_relu; // to call it by its name

/// The same with a mistake in it.
struct mistaken_ : squared_relu_ {
    static constexpr auto slope(auto x) { return max(x, decltype(x)(0)); }
};

struct features {
    real_rows<5> x;
    HONE_FIELDS(x)
};
/// How far the gradient of a small network with this op is from differences of its loss.
template <class Op>
double distance() {
    using network = feed_forward<width<5>, inner<7>, Op>;
    parameters<network, double> model;
    counter_random random(5, stream::user);
    model.each([&](const named_weight<double>& w) {
        for (double& v : w.values)
            v = random.normal();
    });
    std::vector<float> x(4 * 5);
    for (float& v : x)
        v = static_cast<float>(random.normal());
    auto step = differentiate<features>(model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.x))); });
    const auto found = check_gradients(step, {{x}});
    std::printf("%s\n", found.text().c_str());
    return found.relative();
}

int main() {
    using V = double;
    const bool values = squared_relu_::value(V(3)) == 9 && squared_relu_::value(V(-3)) == 0 && squared_relu_::slope(V(3)) == 6;
    const bool right = distance<squared_relu_>() <= 1e-9;
    const bool noticed = distance<mistaken_>() > 0.01;
    return values && right && noticed ? 0 : 1;
}
