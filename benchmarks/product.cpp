// Products and attention as the engine calls them, on one thread and on two, each as a share of the multiply-adds that the same processors
// did in the same milliseconds: a round of the ceiling runs between the rounds of the kernel, the best of each counts. Products of bf16
// round and pack their activations inside the time and are held against `vdpbf16ps`; weights are packed before, as once a step.
// `--benchmark_format=json` prints JSON.
// SPDX-License-Identifier: Apache-2.0
#include "ceiling.hpp"

#include <hone/op/attention/cpu.hpp>
#include <hone/op/product/cpu.hpp>
#include <hone/tensor/storage.hpp>

#include <benchmark/benchmark.h>

using namespace hone;

namespace {

/// n numbers of small size, in memory as the engine's arena is.
struct numbers {
    storage<float> all;
    float* p = all.begin();
    explicit numbers(std::ptrdiff_t n) : all(static_cast<std::size_t>(n)) {
        for (std::ptrdiff_t i = 0; i < n; ++i) p[i] = static_cast<float>(i * 7919 % 2001 - 1000) * 1e-3f;
    }
};

/// Rounds of kernel(thread, threads), `operations` each, between rounds of the ceiling of Input.
template <class Input, class F> void measure(benchmark::State& state, team& workers, double operations, F&& kernel) {
    double best = 1e9, top = 0;
    for (auto _ : state) {
        top = std::max(top, ceilings::multiply_adds<Input>(workers));
        const double time = ceilings::longest(workers, kernel);
        state.SetIterationTime(time);
        best = std::min(best, time);
    }
    state.counters["GFLOP/s"] = operations / best * 1e-9;
    state.counters["ceiling"] = top * 1e-9;
    state.counters["share"] = operations / best / top;
}

/// y = x w^T, and with k and n exchanged dx = dy w; threads share blocks of rows.
template <class Input> void multiply(benchmark::State& state) {
    const int rows = static_cast<int>(state.range(0)), k = static_cast<int>(state.range(1)), n = static_cast<int>(state.range(2));
    constexpr int block = 96;
    team workers(static_cast<int>(state.range(3)));
    numbers x(std::ptrdiff_t{rows} * k), w(std::ptrdiff_t{n} * k), packed(on_cpu::packed_size<Input>(k, n)), y(std::ptrdiff_t{rows} * n);
    on_cpu::pack_transposed<Input>(w.p, packed.p, k, n, 0, on_cpu::panels<float>(n));
    const int blocks = (rows + block - 1) / block;
    measure<Input>(state, workers, 2.0 * rows * k * n, [&](int thread, int threads) {
        for (int i = blocks * thread / threads * block; i < std::min(rows, blocks * (thread + 1) / threads * block); i += block)
            on_cpu::multiply<Input>(x.p + std::ptrdiff_t{i} * k, k, std::min(block, rows - i), packed.p, y.p + std::ptrdiff_t{i} * n, n, false,
                                 extent<run_time>(k), extent<run_time>(n));
    });
}

/// dw = dy^T x, dw being m x n; threads share it out.
template <class Input> void outer(benchmark::State& state) {
    const int rows = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1)), m = static_cast<int>(state.range(2));
    team workers(static_cast<int>(state.range(3)));
    const std::ptrdiff_t size = on_cpu::outer_scratch<float>(m, n);
    numbers dy(std::ptrdiff_t{rows} * m), x(std::ptrdiff_t{rows} * n), dw(std::ptrdiff_t{m} * n), scratch(size * workers.size());
    measure<Input>(state, workers, 2.0 * rows * m * n, [&](int thread, int threads) {
        on_cpu::outer<Input>(dy.p, m, x.p, n, rows, dw.p, n, false, thread, threads, scratch.p + size * thread, m, n);
    });
}

/// A weight packed for y = x w^T, and for dx = dy w.
template <class Input> void pack_transposed(benchmark::State& state) {
    const int k = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1));
    numbers w(std::ptrdiff_t{n} * k), packed(on_cpu::packed_size<Input>(k, n));
    for (auto _ : state) on_cpu::pack_transposed<Input>(w.p, packed.p, k, n, 0, on_cpu::panels<float>(n));
    state.SetBytesProcessed(state.iterations() * k * n * 4);
}
template <class Input> void pack(benchmark::State& state) {
    const int k = static_cast<int>(state.range(0)), n = static_cast<int>(state.range(1));
    numbers w(std::ptrdiff_t{n} * k), packed(on_cpu::packed_size<Input>(k, n));
    for (auto _ : state) on_cpu::pack<Input>(w.p, packed.p, k, n, 0, on_cpu::panels<float>(n));
    state.SetBytesProcessed(state.iterations() * k * n * 4);
}

/// Forward and backward of all heads of a layer 384 wide, 1,024 tokens; 6 products, the scores made again do not count.
template <class Input> void attention(benchmark::State& state) {
    const int length = static_cast<int>(state.range(0)), size = static_cast<int>(state.range(1)), drops = static_cast<int>(state.range(2));
    const int width = 384, heads = width / size, ld = 3 * width, sequences = std::max(1, 1024 / length), rows = sequences * length;
    const extent<run_time> h(size);
    team workers(static_cast<int>(state.range(3)));
    const std::ptrdiff_t room = (on_cpu::attention_scratch<Input>(h) + 15) / 16 * 16;
    numbers x(rows * ld), o(rows * width), d_o(rows * width), lse(rows * heads), d_x(rows * ld), scratch(room * workers.size());
    const auto bits = dropout_bits::at(0.1, 1, 2, 3, 4);
    const dropout_bits* const drawn = drops ? &bits : nullptr;
    measure<Input>(state, workers, 12.0 * rows * length * width, [&](int thread, int threads) {
        float* const side = scratch.p + room * thread;
        for (int piece = sequences * heads * thread / threads; piece < sequences * heads * (thread + 1) / threads; ++piece) {
            const int head = piece % heads, row = piece / heads * length, in = row * ld + head * size, out = row * width + head * size;
            const float *const q = x.p + in, *const k = q + width, *const v = k + width;
            float *const d_q = d_x.p + in, *const log_sum = lse.p + row * heads + head;
            const auto base = static_cast<std::uint32_t>(row);
            on_cpu::attention_forward<Input>(q, ld, k, v, ld, length, length, o.p + out, width, log_sum, heads, 0.2f, drawn, base, heads, head, side,
                                   h);
            on_cpu::attention_backward<Input>(q, ld, k, v, ld, length, length, o.p + out, d_o.p + out, width, log_sum, heads, 0.2f, drawn, base,
                                    heads, head, d_q, ld, d_q + width, d_q + 2 * width, ld, side, h);
        }
    });
}

void shapes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"rows", "k", "n", "team"})->UseManualTime()->Unit(benchmark::kMillisecond);
    for (int threads : {1, 2}) {
        for (auto [k, n] : {std::pair{384, 384}, {384, 1536}, {1536, 384}}) b->Args({4096, k, n, threads});
        for (auto [k, n] : {std::pair{768, 768}, {768, 3072}, {3072, 768}}) b->Args({1024, k, n, threads});
        for (auto [k, n] : {std::pair{320, 320}, {320, 1000}, {1000, 320}}) b->Args({4096, k, n, threads}); // no multiples of a panel
    }
}
void lengths(benchmark::internal::Benchmark* b) {
    b->ArgNames({"length", "size", "dropout", "team"})->UseManualTime()->Unit(benchmark::kMillisecond);
    for (int threads : {1, 2})
        for (int length : {16, 23, 64, 128, 512})
            for (int size : {32, 64})
                for (int drops : {0, 1}) b->Args({length, size, drops, threads});
}
void weights(benchmark::internal::Benchmark* b) {
    b->ArgNames({"k", "n"})->Args({384, 1536})->Args({3072, 768})->Args({1000, 320})->Unit(benchmark::kMillisecond);
}

BENCHMARK_TEMPLATE(multiply, float)->Apply(shapes);
BENCHMARK_TEMPLATE(multiply, bf16)->Apply(shapes);
BENCHMARK_TEMPLATE(outer, float)->Apply(shapes);
BENCHMARK_TEMPLATE(outer, bf16)->Apply(shapes);
BENCHMARK_TEMPLATE(pack_transposed, float)->Apply(weights);
BENCHMARK_TEMPLATE(pack_transposed, bf16)->Apply(weights);
BENCHMARK_TEMPLATE(pack, float)->Apply(weights);
BENCHMARK_TEMPLATE(pack, bf16)->Apply(weights);
BENCHMARK_TEMPLATE(attention, float)->Apply(lengths);
BENCHMARK_TEMPLATE(attention, bf16)->Apply(lengths);

} // namespace

BENCHMARK_MAIN();
