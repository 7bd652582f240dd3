// 13: which rate? The rate finder (Smith 2017) raises it from step to step until the loss runs away; a good one lies where the loss fell
// fastest, well before that. A schedule is any function of the step, so this is a loop of one's own and a picture: 13_rate_finder rates.html
// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>

#include <hone/hone.hpp>
#include <hone/loop/html_page.hpp>

using namespace hone;

using encoder = bert<layers<1>, width<32>, heads<4>, inner<64>, vocabulary<20>, positions<12>>;
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
constexpr double lowest_rate = 1e-6, highest_rate = 1;
constexpr long raises = 150;
double rate_of(long step) { return lowest_rate * std::pow(highest_rate / lowest_rate, static_cast<double>(step) / (raises - 1)); }

int main(int argc, char** argv) {
    parameters<reader> model;
    model.initialize(3);
    const auto train = riddles(512, 1);
    auto step = differentiate(model, trainable<on<"**">>{}, [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    step.set<"dropout">(0.0f);
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = rate_of});
    auto state = optimizer.start(step);

    html_curve curve{"moving mean of the loss", {}, {}};
    double mean = 0, weight = 0, lowest = INFINITY, steepest = 0, found = 0;
    for (auto [epoch, n, batch] : epochs(10, batches(train, sentences_per_batch(16), seed(7)))) {
        if (n == raises) break;
        const auto [loss, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        mean = 0.9 * mean + 0.1 * loss;
        weight = 0.9 * weight + 0.1;
        curve.x.push_back(std::log10(rate_of(n)));
        curve.y.push_back(mean / weight);
        lowest = std::min(lowest, curve.y.back());
        if (curve.y.back() > 2 * lowest) break; // it has run away
        if (n < 10) continue;
        if (const double fall = curve.y[curve.y.size() - 10] - curve.y.back(); fall > steepest) {
            steepest = fall;
            found = rate_of(n - 5);
        }
    }
    std::printf("the loss fell fastest at a rate of %.1e\n", found);
    if (argc > 1) {
        html_page page("Rate finder");
        page.section("Loss while the rate rises", "it fell fastest at a rate of " + html_page::number(found));
        page.chart("loss by the logarithm (base 10) of the rate", {&curve, 1});
        write_atomically(argv[1], page.text());
    }

    model.initialize(3); // is it any good?
    auto again = optimizer.start(step);
    const auto trained = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(found, 20, 320)});
    double last = 0;
    for (auto [epoch, n, batch] : epochs(10, batches(train, sentences_per_batch(16), seed(8)))) {
        const auto [loss, gradients] = step(batch);
        trained.step(step.weights(), gradients, again);
        last = loss;
    }
    std::printf("loss after 320 steps with it: %.4f\n", last);
    return last < 0.3 ? 0 : 1;
}
