// One step of a small model, with everything that kernels do: embeddings, norms, products, attention, an epilogue, a loss, AdamW with
// clipping. Model, batch and loss have names in a header, as in a program that is compiled for several instruction sets: the
// steps of all units are of one and the same type but for what the instruction set puts into it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <type_traits>
#include <utility>
#include <vector>

#include <hone/device/team.hpp>
#include <hone/layer/classify.hpp>
#include <hone/layer/compose.hpp>
#include <hone/loss/loss.hpp>
#include <hone/model/bert.hpp>
#include <hone/optimizer/adamw.hpp>
#include <hone/optimizer/chain.hpp>
#include <hone/optimizer/cpu.hpp>
#include <hone/step/differentiate.hpp>

using model_type = hone::classify<hone::bert<hone::layers<1>, hone::width<24>, hone::heads<2>, hone::inner<40>, hone::vocabulary<19>, hone::positions<8>>,
                                  hone::classes<3>>;
struct loss_of_labels {
    constexpr auto operator()(auto model, auto batch) const { return hone::cross_entropy(model(batch.tokens), batch.label); }
};
/// Loss before and after a step, and the weights after it; of the first step the loss in mixed precision and the norm of its gradients.
struct outcome {
    double before = 0, after = 0, mixed = 0, mixed_norm = 0;
    std::vector<double> weights;
};

/// `Architecture` makes it another function in every unit.
template <class Number, class Architecture = hone::on_cpu::architecture>
outcome train() {
    using namespace hone;
    parameters<model_type, Number> model;
    counter_random random(5, stream::user);
    model.each([&](const named_weight<Number>& w) {
        for (Number& v : w.values) v = static_cast<Number>(0.4f * random.normal());
    });
    std::vector<Number> start;
    model.each([&](const named_weight<Number>& w) { start.insert(start.end(), w.values.begin(), w.values.end()); });
    const std::vector<std::int32_t> ids{3, 7, 1, 18, 0, 2, 7, 11, 5, 5, 16}, offsets{0, 4, 5, 11}, label{2, 0, 1};
    const text_batch batch{{ids, offsets, {}}, label};
    team workers(2);
    auto step = differentiate(model, trainable<on<"**">>{}, loss_of_labels{}, workers);
    step.template set<"dropout">(0).template set<"attention_dropout">(0);
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-2, .epsilon = 1e-2}); // large: a gradient that is 0 but for rounding does nothing
    auto state = optimizer.start(step.weights());
    outcome o;
    const auto first = step(batch);
    o.before = first.loss;
    optimizer.step(step.weights(), first.gradients, state);
    o.after = step(batch).loss;
    model.each([&, at = std::size_t{0}](const named_weight<Number>& w) mutable { // where it began
        for (Number& v : w.values) o.weights.push_back(std::exchange(v, start[at++]));
    });
    auto rounded = [&] {
        if constexpr (std::is_same_v<Number, float>) return differentiate<bf16>(model, trainable<on<"**">>{}, loss_of_labels{}, workers);
        else return differentiate(model, trainable<on<"**">>{}, loss_of_labels{}, workers);
    }();
    rounded.template set<"dropout">(0).template set<"attention_dropout">(0);
    const auto again = rounded(batch);
    o.mixed = again.loss;
    for (long i = 0; i < again.gradients.count; ++i) o.mixed_norm += static_cast<double>(again.gradients.values[i]) * static_cast<double>(again.gradients.values[i]);
    return o;
}
