// Distillation: gradients against differences, the value by hand, terms by name; the teacher is a
// model none of whose weights trains.
// SPDX-License-Identifier: Apache-2.0
#include "hone/loss/distillation.hpp"
#include "loss/judged.hpp"

using namespace hone;
using namespace hone::testing;

TEST_CASE("a student learns a teacher's predictions beside the labels") {
    const double temperature = GENERATE(1.0, 3.0), share = 0.7;
    const auto student = rows_of(first_logits), teacher = rows_of(second_logits);
    double labels = 0, soft = 0, counted = 0;
    for (std::size_t r = 0; r < few.label.size(); ++r) {
        const auto p = log_softmax(teacher, r, temperature),
                   q = log_softmax(student, r, temperature), hard = log_softmax(student, r);
        for (std::size_t c = 0; c < p.size(); ++c) soft += std::exp(p[c]) * (p[c] - q[c]);
        if (const auto y = few.label[r]; y >= 0)
            labels -= hard[static_cast<std::size_t>(y)], ++counted;
    }
    const double loss = judge_loss(
        trainable<on<"first.**">>{},
        [](auto m, auto b) {
            return distillation(first_logits(m, b), second_logits(m, b), b.label,
                                value<"temperature">, value<"share">);
        },
        [&](auto& step) {
            step.template set<"temperature">(temperature).template set<"share">(share);
        });
    const double n = static_cast<double>(few.label.size());
    CHECK(loss ==
          Approx(share * temperature * temperature * soft / n + (1 - share) * labels / counted)
              .epsilon(1e-13));
}
