// Row passes as the engine generates them: a residual sum with dropout and layer norm, GELU, and both backward, each a model type of a few
// lines. Bytes that must be read or written are held against a stream (two read, one written) of about the same size on the same
// threads, in the same rounds. Then exp, tanh, erf and GELU in the first cache, in elements a second.
// SPDX-License-Identifier: Apache-2.0
#include "ceiling.hpp"

#include <hone/hone.hpp>

#include <benchmark/benchmark.h>

using namespace hone;

namespace {

constexpr int narrow = 384, wide = 1536, rows = 4096;

/// norm(x + dropout(y)), as after each half of a layer.
struct residual_norm {
    using width = hone::width<narrow>;
    HONE_PARTS((gain, vector<narrow, ones>), (dropout, hone::dropout), (norm, layer_norm<width, 12>))
    static constexpr auto call(auto self, auto x, auto y) { return self.norm(x + self.dropout(y * self.gain)); }
};
/// gelu(x + b), as between the two products of a feed-forward network.
struct biased_gelu {
    HONE_PARTS((bias, vector<wide>))
    static constexpr auto call(auto self, auto x) { return gelu(x + self.bias); }
};
struct pairs {
    real_rows<narrow> x, y;
    HONE_FIELDS(x, y)
};
struct singles {
    real_rows<wide> x;
    HONE_FIELDS(x)
};

std::vector<float> numbers(int n) {
    std::vector<float> all(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) all[static_cast<std::size_t>(i)] = static_cast<float>(i * 7919LL % 2001 - 1000) * 2e-3f;
    return all;
}

/// Rounds of `pass`, which must move `bytes`, between rounds of the stream.
template <class F> void measure(benchmark::State& state, team& workers, double bytes, F&& pass) {
    const long n = static_cast<long>(bytes / 12);
    storage<float> a(static_cast<std::size_t>(n)), b(static_cast<std::size_t>(n));
    std::fill(a.begin(), a.end(), 1.0f);
    std::fill(b.begin(), b.end(), 1.0f);
    double best = 1e9, top = 0;
    pass(); // the first touches the memory
    for (auto _ : state) {
        top = std::max(top, ceilings::stream(workers, a.data(), b.data(), n));
        const double start = ceilings::wall_clock();
        pass();
        const double time = ceilings::wall_clock() - start;
        state.SetIterationTime(time);
        best = std::min(best, time);
    }
    state.counters["GB/s"] = bytes / best * 1e-9;
    state.counters["stream"] = top * 1e-9;
    state.counters["share"] = bytes / best / top;
}

void norm_forward(benchmark::State& state) { // without dropout: two arrays in, one out
    team workers(static_cast<int>(state.range(0)));
    parameters<residual_norm> model;
    model.initialize(1);
    auto program = evaluate<pairs>(model, [](auto m, auto batch) { return m(batch.x, batch.y); }, workers);
    const auto x = numbers(rows * narrow), y = numbers(rows * narrow);
    measure(state, workers, 12.0 * rows * narrow, [&] { benchmark::DoNotOptimize(program({{x}, {y}})); });
}
void norm_step(benchmark::State& state) { // with dropout: two arrays read, at least once more on the way back
    team workers(static_cast<int>(state.range(0)));
    parameters<residual_norm> model;
    model.initialize(1);
    auto step = differentiate<pairs>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.x, batch.y))); }, workers);
    step.template set<"dropout">(0.1f);
    const auto x = numbers(rows * narrow), y = numbers(rows * narrow);
    measure(state, workers, 16.0 * rows * narrow, [&] { benchmark::DoNotOptimize(step({{x}, {y}})); });
}
void gelu_forward(benchmark::State& state) {
    team workers(static_cast<int>(state.range(0)));
    parameters<biased_gelu> model;
    model.initialize(1);
    auto program = evaluate<singles>(model, [](auto m, auto batch) { return m(batch.x); }, workers);
    const auto x = numbers(rows * wide);
    measure(state, workers, 8.0 * rows * wide, [&] { benchmark::DoNotOptimize(program({{x}})); });
}
void gelu_step(benchmark::State& state) {
    team workers(static_cast<int>(state.range(0)));
    parameters<biased_gelu> model;
    model.initialize(1);
    auto step = differentiate<singles>(
        model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.x))); }, workers);
    const auto x = numbers(rows * wide);
    measure(state, workers, 8.0 * rows * wide, [&] { benchmark::DoNotOptimize(step({{x}})); });
}

/// f of 4,096 floats, again and again.
template <class F> void rate(benchmark::State& state, F f) {
    auto x = numbers(4096), y = x;
    for (auto _ : state) {
        for (int i = 0; i < 4096; i += on_cpu::lanes<float>) on_cpu::store(y.data() + i, f(on_cpu::load(x.data() + i)));
        benchmark::DoNotOptimize(y.data());
        benchmark::ClobberMemory();
    }
    state.SetItemsProcessed(state.iterations() * 4096);
}
using vector_of_floats = on_cpu::batch<float>;

BENCHMARK(norm_forward)->ArgName("team")->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(norm_step)->ArgName("team")->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(gelu_forward)->ArgName("team")->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(gelu_step)->ArgName("team")->Arg(1)->Arg(2)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(rate, exp, [](vector_of_floats x) { return exp(x); });
BENCHMARK_CAPTURE(rate, tanh, [](vector_of_floats x) { return tanh(x); });
BENCHMARK_CAPTURE(rate, erf, [](vector_of_floats x) { return erf(x); });
BENCHMARK_CAPTURE(rate, gelu, [](vector_of_floats x) { return gelu_::value(x); });
BENCHMARK_CAPTURE(rate, gelu_slope, [](vector_of_floats x) { return gelu_::slope(x); });

} // namespace

BENCHMARK_MAIN();
