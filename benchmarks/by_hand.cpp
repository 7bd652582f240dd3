// What the engine adds to its kernels: the step of a feed-forward layer (loss and all gradients) as hone generates it, beside the same step
// written out by hand over the same products, as one would write it for this layer alone. Rounds of the two follow each other; the best
// of each counts, and `ratio` is hone's time over the other. Before any timing the gradients of both are compared.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <stdexcept>

#include "ceiling.hpp"

using namespace hone;

namespace {

constexpr int narrow = 384, wide = 1536, rows = 4096, block = 96;

struct feed_forward_layer {
    HONE_PARTS((up, linear<width<narrow>, width<wide>>), (down, linear<width<wide>, width<narrow>>))
    static constexpr auto call(auto self, auto x) { return self.down(gelu(self.up(x))); }
};
struct inputs {
    real_rows<narrow> x;
    HONE_FIELDS(x)
};

using numbers = storage<float>;
numbers room(long n) { return numbers(static_cast<std::size_t>(n)); }

/// y = W2 gelu(W1 x + b1) + b2, loss = mean of y^2, on blocks of rows that the threads share; g and dh are kept, all else lives in a block.
struct by_hand {
    const float *w1, *b1, *w2, *b2;
    team& workers;
    numbers dw1 = room(wide * narrow), dw2 = room(narrow * wide), db1 = room(wide), db2 = room(narrow);
    numbers g = room(long{rows} * wide), dh = room(long{rows} * wide), dy = room(long{rows} * narrow);
    numbers up = room(on_cpu::packed_size<float>(narrow, wide)), down = room(on_cpu::packed_size<float>(wide, narrow)), back = room(on_cpu::packed_size<float>(narrow, wide));
    numbers scratch = room(8 * long{on_cpu::outer_scratch<float>(wide, wide)}), sums = room(8 * long{wide + narrow});
    double loss[8]{};

    double operator()(const float* x) {
        using V = on_cpu::batch<float>;
        constexpr int step = on_cpu::lanes<float>;
        const extent<run_time> n(narrow), w(wide);
        workers.run([&](int thread, int threads) {
            const auto part = [&](int panels, int t) { return panels * t / threads; };
            const int p = on_cpu::panels<float>(wide), q = on_cpu::panels<float>(narrow);
            on_cpu::pack_transposed<float>(w1, up.data(), narrow, wide, part(p, thread), part(p, thread + 1));
            on_cpu::pack_transposed<float>(w2, down.data(), wide, narrow, part(q, thread), part(q, thread + 1));
            on_cpu::pack<float>(w2, back.data(), narrow, wide, part(p, thread), part(p, thread + 1));
        });
        workers.run([&](int thread, int threads) {
            const int blocks = (rows + block - 1) / block, last_row = std::min(rows, blocks * (thread + 1) / threads * block);
            float *const s1 = sums.data() + long{thread} * (wide + narrow), *const s2 = s1 + wide;
            std::fill(s1, s1 + wide + narrow, 0.0f);
            loss[thread] = 0;
            for (int i = blocks * thread / threads * block; i < last_row; i += block) {
                const int here = std::min(block, last_row - i);
                float *const h = dh.data() + long{i} * wide, *const a = g.data() + long{i} * wide, *const y = dy.data() + long{i} * narrow;
                on_cpu::multiply<float>(x + long{i} * narrow, narrow, here, up.data(), h, wide, false, n, w);
                for (int r = 0; r < here; ++r)
                    for (int j = 0; j < wide; j += step) {
                        const V v = on_cpu::load(h + r * wide + j) + on_cpu::load(b1 + j);
                        on_cpu::store(h + r * wide + j, v);
                        on_cpu::store(a + r * wide + j, gelu_::value(v));
                    }
                on_cpu::multiply<float>(a, wide, here, down.data(), y, narrow, false, w, n);
                V total(0.0f);
                for (int r = 0; r < here; ++r)
                    for (int j = 0; j < narrow; j += step) {
                        const V v = on_cpu::load(y + r * narrow + j) + on_cpu::load(b2 + j), d = v * V(2.0f / (float{rows} * narrow));
                        total = total + v * v;
                        on_cpu::store(y + r * narrow + j, d);
                        on_cpu::store(s2 + j, on_cpu::load(s2 + j) + d);
                    }
                float lane[step];
                on_cpu::store(lane, total);
                for (float v : lane) loss[thread] += static_cast<double>(v);
                static thread_local numbers side = room(long{block} * wide);
                on_cpu::multiply<float>(y, narrow, here, back.data(), side.data(), wide, false, n, w);
                for (int r = 0; r < here; ++r)
                    for (int j = 0; j < wide; j += step) {
                        const V d = on_cpu::load(side.data() + r * wide + j) * gelu_::slope(on_cpu::load(h + r * wide + j));
                        on_cpu::store(h + r * wide + j, d);
                        on_cpu::store(s1 + j, on_cpu::load(s1 + j) + d);
                    }
            }
        });
        workers.run([&](int thread, int threads) {
            float* const side = scratch.data() + long{thread} * on_cpu::outer_scratch<float>(wide, wide);
            on_cpu::outer<float>(dh.data(), wide, x, narrow, rows, dw1.data(), narrow, false, thread, threads, side, wide, narrow);
            on_cpu::outer<float>(dy.data(), narrow, g.data(), wide, rows, dw2.data(), wide, false, thread, threads, side, narrow, wide);
        });
        double sum = 0;
        std::fill(db1.begin(), db1.end(), 0.0f);
        std::fill(db2.begin(), db2.end(), 0.0f);
        for (int t = 0; t < workers.size(); ++t) {
            sum += loss[t];
            for (int j = 0; j < wide; ++j) db1[static_cast<std::size_t>(j)] += sums[static_cast<std::size_t>(t * (wide + narrow) + j)];
            for (int j = 0; j < narrow; ++j) db2[static_cast<std::size_t>(j)] += sums[static_cast<std::size_t>(t * (wide + narrow) + wide + j)];
        }
        return sum / (double{rows} * narrow);
    }
};

void same(const std::string& name, const float* a, const float* b, long n) {
    double difference = 0, size = 0;
    for (long i = 0; i < n; ++i) {
        difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
        size += std::pow(static_cast<double>(a[i]), 2);
    }
    if (!(std::sqrt(difference / size) < 1e-5)) throw std::runtime_error("the gradients of " + name + " are not those written by hand");
}

void feed_forward_gradient(benchmark::State& state) {
    team workers(static_cast<int>(state.range(0)));
    parameters<feed_forward_layer> model;
    model.initialize(1);
    auto step = differentiate<inputs>(model, trainable<on<"**">>{}, [](auto m, auto batch) { return mean_of(square(m(batch.x))); }, workers);
    std::vector<float> x(std::size_t{rows} * narrow);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i * 7919 % 2001) * 2e-3f - 2.0f;
    const inputs batch{{x}};
    const float* weight[4]{};
    model.each([&](const named_weight<float>& w) {
        weight[(w.name.starts_with("down") ? 2 : 0) + (w.name.ends_with("bias") ? 1 : 0)] = w.values.data();
    });
    by_hand hand{weight[0], weight[1], weight[2], weight[3], workers};
    const auto [loss, gradients] = step(batch);
    const double other = hand(x.data());
    if (!(std::abs(other - static_cast<double>(loss)) < 1e-5 * other)) throw std::runtime_error("the loss is not the one written by hand");
    for (const auto& r : step.weights().ranges) {
        const bool down = r.name.starts_with("down"), bias = r.name.ends_with("bias");
        same(r.name, gradients.values + r.gradient, (down ? bias ? hand.db2 : hand.dw2 : bias ? hand.db1 : hand.dw1).data(), r.count);
    }
    double ours = 1e9, theirs = 1e9;
    for (auto _ : state) {
        double start = ceilings::wall_clock();
        benchmark::DoNotOptimize(step(batch));
        const double time = ceilings::wall_clock() - start;
        start = ceilings::wall_clock();
        benchmark::DoNotOptimize(hand(x.data()));
        theirs = std::min(theirs, ceilings::wall_clock() - start);
        ours = std::min(ours, time);
        state.SetIterationTime(time);
    }
    state.counters["ratio"] = ours / theirs;
    state.counters["ms"] = ours * 1e3;
    state.counters["by_hand_ms"] = theirs * 1e3;
}
BENCHMARK(feed_forward_gradient)->ArgName("team")->Arg(1)->Arg(2)->UseManualTime()->MinTime(2)->Unit(benchmark::kMillisecond);

} // namespace

BENCHMARK_MAIN();
