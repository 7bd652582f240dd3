// Products and attention on one thread, as the engine calls them, each as a share of the fused multiply-adds that the same core did in
// the same milliseconds: a round of the ceiling runs between the rounds of the kernel, the best of each counts.
// `--benchmark_format=json` prints JSON.
// SPDX-License-Identifier: Apache-2.0
#include <hone/op/attention/cpu.hpp>
#include <hone/op/product/cpu.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <ctime>
#include <new>
#include <vector>

using namespace hone;

namespace {

/// n numbers of small size, on a boundary of 64 bytes as in the engine's arena.
struct numbers {
    float* p;
    explicit numbers(std::ptrdiff_t n)
        : p(static_cast<float*>(::operator new(sizeof(float) * static_cast<std::size_t>(n), std::align_val_t(64)))) {
        for (std::ptrdiff_t i = 0; i < n; ++i) p[i] = static_cast<float>(i * 7919 % 2001 - 1000) * 1e-3f;
    }
    numbers(const numbers&) = delete;
    ~numbers() { ::operator delete(p, std::align_val_t(64)); }
};

template <class F> double seconds(F&& f) { // of this processor, so that what else runs on the machine counts less
    const std::clock_t start = std::clock();
    f();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

/// The best rate of multiply-adds on registers alone, in operations a second.
double ceiling() {
    using cpu::batch;
    constexpr int chains = 12, rounds = 400000;
    batch<float> sum[chains];
    const batch<float> x(0.999f), y(1e-3f);
    cpu::unroll<chains>([&](auto i) { sum[i] = batch<float>(static_cast<float>(i)); });
    const double time = seconds([&] {
        for (int n = 0; n < rounds; ++n) {
            cpu::unroll<chains>([&](auto i) __attribute__((always_inline)) { sum[i] = cpu::fma(sum[i], x, y); });
        }
    });
    for (auto& s : sum) benchmark::DoNotOptimize(s);
    return 2.0 * chains * rounds * cpu::lanes<float> / time;
}

/// Rounds of the kernel, `operations` each, between rounds of the ceiling.
template <class F> void measure(benchmark::State& state, double operations, F&& kernel) {
    double best = 1e9, top = 0;
    for (auto _ : state) {
        top = std::max(top, ceiling());
        const double time = seconds(kernel);
        state.SetIterationTime(time);
        best = std::min(best, time);
    }
    state.counters["GFLOP/s"] = operations / best * 1e-9;
    state.counters["ceiling"] = top * 1e-9;
    state.counters["share"] = operations / best / top;
}

void multiply(benchmark::State& state) {
    const int rows = static_cast<int>(state.range(0)), k = static_cast<int>(state.range(1)), n = static_cast<int>(state.range(2));
    constexpr int block = 96;
    numbers x(std::ptrdiff_t{rows} * k), w(std::ptrdiff_t{n} * k), packed(cpu::packed_size<float>(k, n)), y(std::ptrdiff_t{rows} * n);
    cpu::pack_transposed<float>(w.p, packed.p, k, n, 0, cpu::panels<float>(n));
    measure(state, 2.0 * rows * k * n, [&] {
        for (int i = 0; i < rows; i += block)
            cpu::multiply<float>(x.p + std::ptrdiff_t{i} * k, k, std::min(block, rows - i), packed.p, y.p + std::ptrdiff_t{i} * n, n, false,
                          extent<run_time>(k), extent<run_time>(n));
    });
}

void outer(benchmark::State& state) { // the half of one of two threads
    const int rows = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1)), m = static_cast<int>(state.range(2));
    numbers dy(std::ptrdiff_t{rows} * m), x(std::ptrdiff_t{rows} * n), dw(std::ptrdiff_t{m} * n), scratch(cpu::outer_scratch<float>(m, n));
    measure(state, 1.0 * rows * m * n,
            [&] { cpu::outer<float>(dy.p, m, x.p, n, rows, dw.p, n, false, 0, m / 2, scratch.p, extent<run_time>(m), extent<run_time>(n)); });
}

void pack_transposed(benchmark::State& state) {
    const int k = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1));
    numbers w(std::ptrdiff_t{n} * k), packed(cpu::packed_size<float>(k, n));
    for (auto _ : state) cpu::pack_transposed<float>(w.p, packed.p, k, n, 0, cpu::panels<float>(n));
    state.SetBytesProcessed(state.iterations() * k * n * 8);
}

/// Forward and backward of all heads of a layer 384 wide, 1,024 tokens; 6 products, the scores made again do not count.
void attention(benchmark::State& state) {
    const int length = static_cast<int>(state.range(0)), size = static_cast<int>(state.range(1)), drops = static_cast<int>(state.range(2));
    const int width = 384, heads = width / size, ld = 3 * width, sequences = std::max(1, 1024 / length), rows = sequences * length;
    const extent<run_time> h(size);
    numbers x(rows * ld), o(rows * width), d_o(rows * width), lse(rows * heads), d_x(rows * ld), scratch(cpu::attention_scratch<float>(h));
    const auto bits = dropout_bits::at(0.1, 1, 2, 3, 4);
    const dropout_bits* const drawn = drops ? &bits : nullptr;
    measure(state, 12.0 * rows * length * width, [&] {
        for (int s = 0; s < sequences; ++s)
            for (int head = 0; head < heads; ++head) {
                const int row = s * length, in = row * ld + head * size, out = row * width + head * size;
                const float *const q = x.p + in, *const k = q + width, *const v = k + width;
                float *const d_q = d_x.p + in, *const log_sum = lse.p + row * heads + head;
                const auto base = static_cast<std::uint32_t>(row);
                cpu::attention_forward(q, ld, k, v, ld, length, length, o.p + out, width, log_sum, heads, 0.2f, drawn, base, heads, head,
                                       scratch.p, h);
                cpu::attention_backward(q, ld, k, v, ld, length, length, o.p + out, d_o.p + out, width, log_sum, heads, 0.2f, drawn, base,
                                        heads, head, d_q, ld, d_q + width, d_q + 2 * width, ld, scratch.p, h);
            }
    });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"rows", "k", "n"})->UseManualTime()->Unit(benchmark::kMillisecond);
    for (auto [k, n] : {std::pair{384, 384}, {384, 1536}, {1536, 384}}) b->Args({4096, k, n});
    for (auto [k, n] : {std::pair{768, 768}, {768, 3072}, {3072, 768}}) b->Args({1024, k, n});
}
void lengths(benchmark::internal::Benchmark* b) {
    b->ArgNames({"length", "size", "dropout"})->UseManualTime()->Unit(benchmark::kMillisecond);
    for (int length : {16, 23, 64, 128, 512})
        for (int size : {32, 64})
            for (int drops : {0, 1}) b->Args({length, size, drops});
}

BENCHMARK(multiply)->Apply(shapes);
BENCHMARK(outer)->Apply(shapes);
BENCHMARK(pack_transposed)->Args({384, 1536})->Args({3072, 768})->Unit(benchmark::kMillisecond);
BENCHMARK(attention)->Apply(lengths);

} // namespace

BENCHMARK_MAIN();
