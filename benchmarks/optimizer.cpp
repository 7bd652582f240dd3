// One step of AdamW with clipping, as `classify train` calls it: bytes a second of what an update must touch (28 a number: weight, gradient
// and two moments read, all but the gradient written), as a share of a stream that reads two arrays and writes one over the same
// memory on the same threads, round by round. The norm's own reading of the gradients is inside the time, not among the bytes.
// SPDX-License-Identifier: Apache-2.0
#include "ceiling.hpp"

#include <hone/optimizer/adamw.hpp>
#include <hone/optimizer/cpu.hpp>

#include <benchmark/benchmark.h>

using namespace hone;

namespace {

/// As many numbers as a model has, in ranges as large as its matrices.
void adamw_with_clipping(benchmark::State& state) {
    const long count = state.range(0), range = 1L << 20;
    team workers(static_cast<int>(state.range(1)));
    storage<float> weight(static_cast<std::size_t>(count)), gradient(static_cast<std::size_t>(count));
    for (long i = 0; i < count; ++i) {
        weight[static_cast<std::size_t>(i)] = 0.02f;
        gradient[static_cast<std::size_t>(i)] = static_cast<float>(i % 17 - 8) * 1e-3f;
    }
    trained_weights<float> weights;
    for (long at = 0; at < count; at += range) weights.ranges.push_back({weight.data() + at, at, std::min(range, count - at), true, "w"});
    weights.count = count;
    weights.workers = &workers;
    const auto rule = chain(clip_by_global_norm(1.0), adamw{.rate = 1e-6, .decay = 0.01});
    auto moments = rule.start(weights);
    double best = 1e9, top = 0;
    rule.step(weights, gradient_block<float>{gradient.data(), count}, moments); // the first may touch memory
    for (auto _ : state) {
        const double stream = 0.5 * ceilings::stream(workers, gradient.data(), weight.data(), count) + // the same pages
                              0.5 * ceilings::stream(workers, moments.get<"adam.mu">().data(), moments.get<"adam.nu">().data(), count);
        top = std::max(top, stream);
        const double start = ceilings::wall_clock();
        rule.step(weights, gradient_block<float>{gradient.data(), count}, moments);
        const double time = ceilings::wall_clock() - start;
        state.SetIterationTime(time);
        best = std::min(best, time);
    }
    state.counters["GB/s"] = 28e-9 * static_cast<double>(count) / best;
    state.counters["stream"] = top * 1e-9;
    state.counters["share"] = 28 * static_cast<double>(count) / best / top;
}
BENCHMARK(adamw_with_clipping)
    ->ArgNames({"numbers", "team"})
    ->ArgsProduct({{22713986, 109483778}, {1, 2}}) // MiniLM-L6 and BERT-base with two classes
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
