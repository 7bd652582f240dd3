// The gradients of adversarial training: the task's loss, the words perturbed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/robust/fgm.hpp>
#include <hone/robust/freelb.hpp>
#include <hone/robust/pgd.hpp>

#include "options.hpp"

/// The loss of a task whose model is perturbed at its words.
template <class Task>
inline constexpr auto attacked_loss = [](auto m, auto batch) {
    return Task::loss(hone::perturbed<"bert.embeddings.word">(m), batch);
};
/// The rule's loss; its gradients are the step's.
template <class Step, class Batch>
double attacked(Step& step, const Batch& batch, const attack& a) {
    const auto under = [&](auto rule) {
        auto adversary = hone::against<"bert.embeddings.word">(step, rule);
        const double loss = adversary(batch).loss;
        for (std::size_t k = 0; k < adversary.losses().size(); ++k)
            std::printf("loss %.17g at point %zu\n", adversary.losses()[k], k);
        return loss;
    };
    if (a.rule == "fgm") return under(hone::fgm{a.epsilon});
    if (a.rule == "pgd") return under(hone::pgd{a.epsilon, a.rate, a.steps});
    return under(hone::freelb{a.epsilon, a.rate, a.steps});
}
