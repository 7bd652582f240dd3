// What the benchmark `step` times: a model, what trains of it and the precision of its products, one program each; a file of programs each, so that
// they compile beside each other.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <bit>
#include <chrono>
#include <cstdio>
#include <string>

#include <sys/resource.h>

#include <hone/hone.hpp>

/// Calls of operator new so far.
extern std::atomic<long> allocations;

struct settings {
    std::string model = "minilm", mode = "full", precision = "f32", folder;
    int batch = 0, length = 128, steps = 6, threads = 0;
    double dropout = 0.1;
};
/// Times and prints; one for each file of programs.
int run_minilm(const settings& s);
int run_bert(const settings& s);
int run_own(const settings& s);
int run_minilm_lora(const settings& s);
int run_bert_lora(const settings& s);

struct minilm : hone::classify<hone::bert<hone::layers<6>, hone::width<384>, hone::heads<12>, hone::inner<1536>, hone::vocabulary<30522>>, hone::classes<2>> {};
struct bert_base : hone::classify<hone::bert<hone::layers<12>, hone::width<768>, hone::heads<12>, hone::inner<3072>, hone::vocabulary<30522>>, hone::classes<2>> {};
/// What PEFT does by default on BERT: queries and values, rank 8, factor 2; the classifier trains too.
template <class Model>
using with_lora = hone::adapt<Model, hone::lora<hone::rank<8>, hone::alpha<16>>, hone::on<"**.attention.query", "**.attention.value">>;

inline double seconds(std::chrono::steady_clock::time_point from) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count(); }

/// A step in the precision asked for: float, or products of bf16.
template <class Input, class Trainable, class Model>
auto step_of(Model& model, hone::team& workers) {
    const auto loss = [](auto m, auto batch) { return hone::cross_entropy(m(batch.tokens), batch.label); };
    if constexpr (std::is_same_v<Input, hone::bf16>) return hone::differentiate<hone::bf16>(model, Trainable{}, loss, workers);
    else return hone::differentiate(model, Trainable{}, loss, workers);
}

template <class Model, class Trainable, class Input>
int run(const settings& s, int texts) {
    using namespace hone;
    const auto begin = std::chrono::steady_clock::now();
    const int length = s.length, steps = s.steps;
    const double dropout = s.dropout;
    team workers(s.threads);
    auto model = [&] {
        if (!s.folder.empty()) return load<Model>(s.folder);
        pretrained<Model> drawn;
        drawn.initialize(0);
        return drawn;
    }();
    auto step = step_of<Input, Trainable>(model, workers);
    step.template set<"dropout">(static_cast<float>(dropout)).template set<"attention_dropout">(static_cast<float>(dropout));
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = 2e-5, .decay = 0.01});
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
    model.read([&](const named_weight<const float>& w) {
        for (const float v : w.values) hash = (hash ^ std::bit_cast<std::uint32_t>(v)) * 1099511628211ull;
    });
    std::printf("{\"model\": \"%s\", \"mode\": \"%s\", \"dtype\": \"%s\", \"threads\": %d, \"dropout\": %g, \"B\": %d, \"S\": %d, \"ready_s\": %.3f, \"first_s\": %.4f, \"best_s\": %.4f, "
                "\"median_s\": %.4f, \"tok_s\": %.0f, \"rss_mb\": %ld, \"loss\": %.6f, \"arena_mb\": %.1f, \"planned_mb\": %.1f, \"allocations\": %ld, \"weights\": \"%016llx\"}\n",
                s.model.c_str(), s.mode.c_str(), s.precision.c_str(), workers.size(), dropout, texts, length, ready, first, times.front(), times[times.size() / 2], static_cast<double>(ids.size()) / times.front(),
                usage.ru_maxrss / 1024, loss, static_cast<double>(step.arena_bytes()) / (1 << 20), static_cast<double>(planned) / (1 << 20), allocated,
                static_cast<unsigned long long>(hash));
    return 0;
}

/// In the precision that was asked for; `texts` of them where none were.
template <class Model, class Trainable>
int run_in_precision(const settings& s, int texts) {
    texts = s.batch > 0 ? s.batch : texts;
    return s.precision == "bf16" ? run<Model, Trainable, hone::bf16>(s, texts) : run<Model, Trainable, float>(s, texts);
}
using everything_trains = hone::trainable<hone::on<"**">>;
using adapters_train = hone::trainable<hone::adapters, hone::on<"classifier.**">>;
