// The small model of tests/reference/robust, its weights and its batch.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>

#include <hone/layer/linear.hpp>
#include <hone/layer/embedding.hpp>
#include <hone/op/activations.hpp>
#include <hone/robust/adversary.hpp>

#include "reference/robust/adversarial.hpp"
#include "test.hpp"

namespace hone::testing {

struct small_text {
    HONE_PARTS((word, embedding<vocabulary<7>, width<4>>), (inner, linear<width<4>, width<5>>),
               (head, linear<width<5>, classes<3>>))
    static constexpr auto call(auto self, auto t) {
        return self.head(mean_sequence(hyperbolic_tangent(self.inner(self.word(t.ids)))));
    }
};
constexpr auto word_moves = [](auto m, auto b) {
    return cross_entropy(perturbed<"word">(m)(b.tokens), b.label);
};

inline std::vector<double> sines(std::size_t count, double seed, double scale) {
    std::vector<double> all(count);
    for (std::size_t i = 0; i < count; ++i)
        all[i] = scale * std::sin(1.7 * static_cast<double>(i + 1) + seed);
    return all;
}
struct small_case {
    parameters<small_text, double> model;
    std::vector<std::int32_t> ids{1, 2, 3, 2, 4, 0, 6, 5, 5, 1}, offsets{0, 4, 5, 10}, label{0, 2, 1};
    std::vector<double> start = sines(40, 9, 0.1);
    team workers{1};

    small_case() {
        int seed = 0;
        model.each([&](const named_weight<double>& w) {
            const auto from = sines(w.values.size(), seed++, 0.6);
            std::copy(from.begin(), from.end(), w.values.begin());
        });
    }
    text_batch batch() const { return {{ids, offsets}, label}; }
};

inline void near(std::span<const double> found, const std::vector<double>& wanted) {
    REQUIRE(found.size() == wanted.size());
    double most = 0, largest = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        most = std::max(most, std::abs(found[i] - wanted[i]));
        largest = std::max(largest, std::abs(wanted[i]));
    }
    CHECK(most <= 1e-12 * largest);
}
/// The gradients of a step without what lies between weights.
template <class Step>
std::vector<double> gradients_of(Step& step) {
    std::vector<double> all;
    const auto g = step.gradients();
    for (const auto& r : step.weights().ranges)
        all.insert(all.end(), g.values + r.gradient, g.values + r.gradient + r.count);
    return all;
}
template <class Adversary, class Step>
void judge(const Adversary& adversary, Step& step, const attack& wanted) {
    near(adversary.losses(), wanted.losses);
    near(adversary.perturbation(), wanted.perturbation);
    near(gradients_of(step), wanted.gradients);
}

} // namespace hone::testing
