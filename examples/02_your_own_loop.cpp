// 02: the loop is yours. hone gives values (a loss, gradients, an optimizer's state); when to step, what to print, when to stop and
// which weights to keep is ordinary C++ around them.
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdio>

#include <hone/hone.hpp>

using namespace hone;

using encoder = bert<layers<2>, width<32>, heads<4>, inner<64>, vocabulary<20>, positions<12>>;
struct reader : classify<encoder, classes<2>> {};

/// Texts of 3 to 11 made-up words; the label says whether word 7 is among them.
dataset riddles(std::size_t count, std::uint64_t from) {
    dataset d;
    counter_random random(from, stream::user);
    for (std::size_t i = 0; i < count; ++i) {
        const bool yes = random.bits() % 2 == 0;
        const auto length = 3 + random.bits() % 9, at = 1 + random.bits() % (length - 1);
        for (std::uint32_t k = 0; k < length; ++k) {
            const auto word = static_cast<std::int32_t>(8 + random.bits() % 12);
            d.ids.push_back(k == 0 ? 1 : yes && k == at ? 7 : word);
        }
        d.offsets.push_back(static_cast<std::int64_t>(d.ids.size()));
        d.label.push_back(yes);
    }
    return d;
}

int main() {
    parameters<reader> model;
    model.initialize(3);
    const auto train = riddles(512, 1), held_back = riddles(128, 2);

    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    auto logits = evaluate(model, [](auto m, auto batch) { return m(batch.tokens); });
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(1e-3, 20, 640)});
    auto state = optimizer.start(step.weights());
    step.set<"dropout">(0.05f);

    best_weights best(model);
    auto run = epochs(20, batches(train, sentences_per_batch(16), seed(7)));
    auto exam = epochs(1, batches(held_back, sentences_per_batch(32), no_shuffle));
    for (auto [epoch, n, batch] : run) {
        const auto [loss, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        if ((n + 1) % run.steps_per_epoch() != 0)
            continue;

        accuracy right; // a loop within the loop: how well does it do on texts that it has never seen?
        for (auto [once_, at, unseen] : exam) {
            const auto rows = logits(unseen);
            for (std::size_t i = 0; i < unseen.label.size(); ++i)
                right.add(unseen.label[i], best_class(rows.subspan(2 * i, 2)));
        }
        std::printf("epoch %2d  loss %.4f  gradient norm %.3f  accuracy %.3f\n", epoch, loss, state.gradient_norm, right.value());
        best.offer(right.value(), epoch);
        if (right.value() == 1.0)
            break; // stopping early is a break
    }
    best.restore();

    // Two batches as one step: the sums are added up and only then divided, so this is exact.
    std::array<text_batch, 2> halves;
    auto parts = epochs(1, batches(held_back, sentences_per_batch(64), no_shuffle));
    auto whole = epochs(1, batches(held_back, sentences_per_batch(128), no_shuffle));
    auto other = parts; // each holds a batch of its own
    auto first = parts.begin();
    auto second = ++other.begin();
    halves = {(*first).batch, (*second).batch};
    step.set<"dropout">(0);
    const double in_two = step.accumulate(halves).loss, at_once = step((*whole.begin()).batch).loss;
    std::printf("loss of two halves %.9f, of the whole %.9f\n", in_two, at_once);
    return best.score() >= 0.95 && std::abs(in_two - at_once) <= 1e-6 * at_once + 1e-7 ? 0 : 1;
}
