// Times one training step, AdamW and clipping included: the very step and optimizer of `classify train`, on a batch of texts of equal
// length and two classes. Prints one line of JSON like benchmarks/peer/step.py's.
// SPDX-License-Identifier: Apache-2.0

#include <atomic>
#include <bit>
#include <chrono>
#include <cstdlib>
#include <new>

#include <sys/resource.h>

#include <hone/hone.hpp>

#include "../examples/command_line.hpp"

static std::atomic<long> allocations{0};
[[gnu::noinline]] void* operator new(std::size_t size) {
    ++allocations;
    if (void* p = std::malloc(size)) return p;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

using namespace hone;

struct minilm : classify<bert<layers<6>, width<384>, heads<12>, inner<1536>, vocabulary<30522>>, classes<2>> {};
/// A model of a user's own, of widths that no kernel was chosen for: attention and two gated networks (Shazeer 2020) beside each other.
template <class Width, class Inner>
struct gated {
    HONE_PARTS((gate, projection<Width, Inner>), (up, projection<Width, Inner>), (down, projection<Inner, Width>))
    static constexpr auto call(auto self, auto x) { return self.down(silu(self.gate(x)) * self.up(x)); }
};
struct three_branches {
    using width = hone::width<320>;
    using inner = hone::inner<1000>;
    HONE_PARTS((norm, layer_norm<width>), (attention, self_attention<width, heads<10>>), (left, gated<width, inner>), (right, gated<width, inner>),
               (dropout, hone::dropout))
    static constexpr auto call(auto self, auto x) {
        const auto y = self.norm(x);
        return x + self.dropout(self.attention(y) + self.left(y) + self.right(y));
    }
};
struct own : classify<bert<layers<6>, width<320>, heads<10>, inner<1000>, vocabulary<30522>, positions<512>, token_types<2>, three_branches>, classes<2>> {};
struct bert_base : classify<bert<layers<12>, width<768>, heads<12>, inner<3072>, vocabulary<30522>>, classes<2>> {};

static double seconds(std::chrono::steady_clock::time_point from) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count(); }

/// A step in the precision asked for: float, or products of bf16.
template <class Input, class Model>
auto step_of(parameters<Model>& model, team& workers) {
    const auto loss = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };
    if constexpr (std::is_same_v<Input, bf16>) return differentiate<bf16>(model, trainable<on<"**">>{}, loss, workers);
    else return differentiate(model, trainable<on<"**">>{}, loss, workers);
}

template <class Model, class Input>
int run(const std::string& name, int texts, int length, int steps, int threads, double dropout) {
    const auto begin = std::chrono::steady_clock::now();
    team workers(threads);
    parameters<Model> model;
    model.initialize(0);
    auto step = step_of<Input>(model, workers);
    step.template set<"dropout">(static_cast<float>(dropout)).template set<"attention_dropout">(static_cast<float>(dropout));
    const auto optimizer = chain(clip_by_norm(1.0), adamw{.rate = 2e-5, .decay = 0.01});
    auto state = optimizer.start(step.weights());
    std::vector<std::int32_t> ids, offsets{0}, labels;
    counter_random random(0, stream::user);
    for (int i = 0; i < texts; ++i) {
        for (int k = 0; k < length; ++k) ids.push_back(static_cast<std::int32_t>(random.below(30522)));
        offsets.push_back(static_cast<std::int32_t>(ids.size()));
        labels.push_back(static_cast<std::int32_t>(random.below(2)));
    }
    const text_batch batch{{ids, offsets}, labels};
    const batch_extent largest{static_cast<long>(ids.size()), texts};
    step.reserve(largest);
    const long planned = step.plan().bytes(largest, workers.size()) + optimizer.template bytes<float>(step.weights().count) + model.size() * 4;
    double loss = 0;
    const auto one = [&] {
        const auto from = std::chrono::steady_clock::now();
        const auto [value, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        loss = value;
        return seconds(from);
    };
    const double ready = seconds(begin), first = one();
    std::vector<double> times(static_cast<std::size_t>(steps));
    const long before = allocations;
    for (double& t : times) t = one();
    const long allocated = allocations - before;
    std::sort(times.begin(), times.end());
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::uint64_t hash = 14695981039346656037ull; // FNV-1a of the weights, a number at a time: equal bits, equal hash
    for (long i = 0; i < model.size(); ++i) hash = (hash ^ std::bit_cast<std::uint32_t>(model.data()[i])) * 1099511628211ull;
    std::printf("{\"model\": \"%s\", \"mode\": \"full\", \"dtype\": \"%s\", \"threads\": %d, \"dropout\": %g, \"B\": %d, \"S\": %d, \"ready_s\": %.3f, \"first_s\": %.4f, \"best_s\": %.4f, "
                "\"median_s\": %.4f, \"tok_s\": %.0f, \"rss_mb\": %ld, \"loss\": %.6f, \"arena_mb\": %.1f, \"planned_mb\": %.1f, \"allocations\": %ld, \"weights\": \"%016llx\"}\n",
                name.c_str(), std::is_same_v<Input, bf16> ? "bf16" : "f32", workers.size(), dropout, texts, length, ready, first, times.front(), times[times.size() / 2], static_cast<double>(ids.size()) / times.front(),
                usage.ru_maxrss / 1024, loss, static_cast<double>(step.arena_bytes()) / (1 << 20), static_cast<double>(planned) / (1 << 20), allocated,
                static_cast<unsigned long long>(hash));
    return 0;
}

int main(int argc, char** argv) {
    std::string model = "minilm", mode = "full", precision = "f32";
    int batch = 0, length = 128, steps = 6, threads = 0;
    double dropout = 0.1;
    command_line line("step", "Time of one training step.");
    line.add("model", "NAME", model, "minilm (6 layers of width 384), bert (12 of 768) or own (6 of 320: attention and two gated networks side by side)");
    line.add("mode", "NAME", mode, "full");
    line.add("precision", "TYPE", precision, "f32, or bf16 for products");
    line.add("batch", "N", batch, "texts a step; 0: 8 for bert, else 32", 0, 4096);
    line.add("length", "N", length, "tokens a text", 1, 512);
    line.add("steps", "N", steps, "steps to time, after one to warm up", 1, 100000);
    line.add("threads", "N", threads, "threads; 0: all cores", 0, hone::team::most_threads);
    line.add("dropout", "P", dropout, "probability of dropping", 0, 1).below_most();
    if (const int code = line.read(argc, argv); code >= 0) return code;
    if (model != "minilm" && model != "bert" && model != "own") {
        std::fprintf(stderr, "step: --model must be minilm, bert or own\n");
        return 2;
    }
    if (mode != "full") {
        std::fprintf(stderr, "step: --mode %s is not supported yet\n", mode.c_str());
        return 2;
    }
    if (precision != "f32" && precision != "bf16") {
        std::fprintf(stderr, "step: --precision must be f32 or bf16\n");
        return 2;
    }
    try {
        const auto time = [&]<class Input>(Input) {
            if (model == "bert") return run<bert_base, Input>(model, batch ? batch : 8, length, steps, threads, dropout);
            if (model == "own") return run<own, Input>(model, batch ? batch : 32, length, steps, threads, dropout);
            return run<minilm, Input>(model, batch ? batch : 32, length, steps, threads, dropout);
        };
        return precision == "bf16" ? time(bf16()) : time(float());
    } catch (const std::exception& e) {
        std::fprintf(stderr, "step: %s\n", e.what());
        return 1;
    }
}
