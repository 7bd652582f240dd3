// Times an epoch of real text: a TSV of sentences and labels (no heading), batches of 32 sentences in shuffled order, AdamW with clipping and
// a warm-up, as `classify train` does. Texts are encoded inside the time, as benchmarks/peer/epoch.py does it batch by batch. Prints one
// line of JSON like that script's; padding is "none".
// usage: epoch --model-dir DIR --train FILE [--dev FILE] [--precision f32|bf16] [--threads N] [--limit STEPS] ...
// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <sys/resource.h>

#include <hone/hone.hpp>

#include "../examples/command_line.hpp"

using namespace hone;

struct text_classifier : classify<bert<layers<6>, width<384>, heads<12>, inner<1536>, vocabulary<30522>>, classes<run_time>> {};

struct options {
    std::string folder, train, dev, precision = "f32";
    int threads = 0, epochs = 1, limit = 0, batch = 32, length = 128;
    double rate = 5e-5;
    std::uint64_t seed = 0;
};

static double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

template <class Input>
auto step_of(pretrained<text_classifier>& model, team& workers, std::uint64_t order) {
    const auto loss = [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); };
    if constexpr (std::is_same_v<Input, bf16>) return differentiate<bf16>(model, trainable<on<"**">>{}, loss, workers, order);
    else return differentiate(model, trainable<on<"**">>{}, loss, workers, order);
}

/// The share of the texts whose best class is the right one, 64 at a time.
static double accuracy_on(const dataset& data, pretrained<text_classifier>& model, team& workers) {
    auto program = evaluate<token_batch>(model, [](auto m, auto batch) { return m(batch.tokens); }, workers);
    accuracy right;
    epochs once(1, batches(data, sentences_per_batch(64), no_shuffle));
    for (auto [epoch, n, batch] : once) {
        const auto logits = program({batch.tokens});
        const std::size_t classes = logits.size() / batch.label.size();
        for (std::size_t i = 0; i < batch.label.size(); ++i) right.add(batch.label[i], best_class(logits.subspan(i * classes, classes)));
    }
    return right.value();
}

template <class Input>
void run(const options& o) {
    const double begin = seconds();
    const auto table = tsv(o.train, text_column{0}, label_column{1});
    const auto watched = o.dev.empty() ? text_table{} : tsv(o.dev, text_column{0}, label_column{1});
    const auto labels = watched.size() ? label_map::of({&table, &watched}) : label_map::of(table);
    const wordpiece tokenizer(o.folder);
    const double found = seconds();
    auto model = load<text_classifier>(o.folder, labels.size(), o.seed);
    const double loaded = seconds() - found;
    team workers(o.threads);
    auto step = step_of<Input>(model, workers, o.seed);
    step.template set<"dropout">(0.1f).template set<"attention_dropout">(0.1f);

    const double ready = seconds(), threads = workers.size();
    const auto data = encode(table, tokenizer, labels, static_cast<std::size_t>(o.length));
    epochs all(o.epochs, batches(data, sentences_per_batch(o.batch), seed{o.seed}));
    const long total = static_cast<long>(all.steps());
    const auto optimizer = chain(clip_by_global_norm(1.0), adamw{.rate = linear_warmup(o.rate, total / 10, total), .decay = 0.01});
    auto state = optimizer.start(step.weights());
    const auto largest = all.largest();
    step.reserve({static_cast<long>(largest.tokens), static_cast<long>(largest.sequences)});
    const double start = seconds();
    long steps = 0, tokens = 0;
    double loss = 0, first = 0;
    for (auto [epoch, n, batch] : all) {
        const auto [value, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        loss = value;
        tokens += static_cast<long>(batch.tokens.ids.size());
        if (steps == 0) first = seconds() - start;
        if (++steps == o.limit) break;
    }
    const double trained = seconds() - start, encoded = start - ready;
    char judged[40] = "null";
    if (watched.size() && !o.limit)
        std::snprintf(judged, sizeof judged, "%.4f", accuracy_on(encode(watched, tokenizer, labels, static_cast<std::size_t>(o.length)), model, workers));
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf("{\"dtype\": \"%s\", \"padding\": \"none\", \"lora\": false, \"rate\": %g, \"epochs\": %d, \"seed\": %llu, \"threads\": %g, \"steps\": %ld, \"load_s\": %.4f, \"ready_s\": %.3f, "
                "\"encode_s\": %.3f, \"first_s\": %.4f, \"train_s\": %.2f, \"real_tok_s\": %.0f, \"padded_over_real\": 1.0, \"epoch_s\": %.2f, \"dev_accuracy\": %s, "
                "\"loss\": %.6f, \"rss_mb\": %ld}\n",
                o.precision.c_str(), o.rate, o.epochs, static_cast<unsigned long long>(o.seed), threads, steps, loaded, ready - begin, encoded, first, encoded + trained,
                static_cast<double>(tokens) / (encoded * static_cast<double>(steps) / static_cast<double>(total) + trained),
                encoded / o.epochs + trained / static_cast<double>(steps) * static_cast<double>(all.steps_per_epoch()), judged, loss, used.ru_maxrss / 1024);
}

int main(int argc, char** argv) {
    options o;
    command_line line("epoch", "Time of an epoch of fine-tuning MiniLM-L6 on a TSV of text.");
    line.add("model-dir", "DIR", o.folder, "folder with the checkpoint").required();
    line.add("train", "FILE", o.train, "lines of sentence, tab, label").required();
    line.add("dev", "FILE", o.dev, "such lines to judge the result by; none: not judged");
    line.add("precision", "TYPE", o.precision, "f32, or bf16 for products");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, team::most_threads);
    line.add("epochs", "N", o.epochs, "how often all texts are gone through", 1, 1000);
    line.add("limit", "N", o.limit, "steps after which to stop; 0: none", 0, 1 << 30);
    line.add("batch", "N", o.batch, "sentences a step", 1, 4096);
    line.add("length", "N", o.length, "tokens to which a text is cut", 4, 512);
    line.add("rate", "R", o.rate, "highest learning rate", 0, 1);
    line.add("seed", "N", o.seed, "of order, dropout and head");
    if (const int code = line.read(argc, argv); code >= 0) return code;
    if (o.precision != "f32" && o.precision != "bf16") {
        std::fprintf(stderr, "epoch: --precision must be f32 or bf16\n");
        return 2;
    }
    try {
        if (o.precision == "bf16") run<bf16>(o);
        else run<float>(o);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "epoch: %s\n", e.what());
        return 1;
    }
}
