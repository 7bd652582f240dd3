// 05: a loss is a function of expressions. Its terms keep their sums and weights apart to the end, its numbers may be set while the
// program runs, and its gradient comes by itself.
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/step/check.hpp>

using namespace hone;

/// Cross-entropy with smoothed labels (Szegedy et al. 2016): `sure` times that of the label, `unsure` times that of all classes alike.
template <expression Logits, expression Label>
constexpr auto softened_cross_entropy(Logits logits, Label label) {
    const auto all_alike = log_sum_exp(logits) - mean_columns(logits);
    return value<"sure"> * cross_entropy(logits, label) + value<"unsure"> * mean_of(all_alike);
}

struct examples {
    real_rows<6> x;
    std::span<const std::int32_t> label;
    HONE_FIELDS(x, label)
};
using model_type = linear<width<6>, classes<4>>;

int main() {
    parameters<model_type, double> model;
    counter_random random(8, stream::user);
    model.each([&](const named_weight<double>& w) {
        for (double& v : w.values)
            v = random.normal();
    });
    std::vector<float> x(3 * 6);
    for (float& v : x)
        v = static_cast<float>(random.normal());
    const std::vector<std::int32_t> label{3, 0, 2};
    const examples batch{{x}, label};

    auto step =
        differentiate<examples>(model, trainable<on<"**">>{}, [](auto m, auto b) { return softened_cross_entropy(m(b.x), b.label); });
    step.set<"sure">(0.9).set<"unsure">(0.1);
    const double loss = step(batch).loss;

    // The same by hand, from the logits.
    auto logits_of = evaluate<examples>(model, [](auto m, auto b) { return m(b.x); });
    const auto logits = logits_of(batch);
    double expected = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        double sum = 0, mean = 0;
        for (std::size_t k = 0; k < 4; ++k) {
            sum += std::exp(logits[4 * i + k]);
            mean += logits[4 * i + k] / 4;
        }
        expected += (std::log(sum) - 0.9 * logits[4 * i + static_cast<std::size_t>(label[i])] - 0.1 * mean) / 3;
    }
    std::printf("loss %.12f, by hand %.12f; its terms %.6f and %.6f\n", loss, expected, step.term_values()[0].value(),
                step.term_values()[1].value());
    const auto found = check_gradients(step, batch);
    std::printf("%s\n", found.text().c_str());
    return std::abs(loss - expected) < 1e-12 && found.relative() <= 1e-9 ? 0 : 1;
}
