// What `train` of every program has in common: the steps of all epochs with the line of progress
// and the log, the best weights by an evaluation after each epoch, and the folder that is saved.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "encoder.hpp"
#include "head.hpp"
#include "program.hpp"
#include "training_options.hpp"

/// The checkpoint to start from, with the head of --head where there is one; says what is worth
/// knowing of it.
template <class Model>
hone::pretrained<Model> start_model(const training_options& o) {
    auto model = hone::load<Model>(o.model, 0, o.seed);
    for (const auto& n : model.notices)
        if (n.code != "checkpoint.drawn") std::printf("note: %s\n", n.text.c_str());
    if (!o.head.empty()) read_head<Model>(model, o.head);
    else if (model.drawn_head || model.drawn_pooler)
        std::printf("note: what the checkpoint lacks of the head was drawn from seed %llu\n",
                    static_cast<unsigned long long>(o.seed));
    return model;
}

/// What `train` is compiled for; HONE_BF16 makes it another program.
#ifdef HONE_BF16
using products = hone::bf16;
#else
using products = void; // in the model's own numbers
#endif

/// The step that trains every weight, or those of a set, with products of the precision that the
/// program was compiled for.
template <class Batch, class Trains = hone::trainable<hone::on<"**">>, class Model, class Loss>
auto training_step_of(Model& model, hone::team& workers, std::uint64_t seed, Loss loss) {
    if constexpr (std::is_void_v<products>)
        return hone::differentiate<Batch>(model, Trains{}, loss, workers, seed);
    else return hone::differentiate<products, Batch>(model, Trains{}, loss, workers, seed);
}

/// Room for what will be held and written, asked before training. Errors: train.memory, train.disk.
inline void require_room(const std::string& out, long memory, long disk) {
    if (std::FILE* f = std::fopen("/proc/meminfo", "r")) {
        char line[256];
        long available = -1;
        while (std::fgets(line, sizeof line, f))
            if (std::sscanf(line, "MemAvailable: %ld kB", &available) == 1) break;
        std::fclose(f);
        if (available >= 0 && available * 1024 < memory)
            throw hone::error("train.memory",
                              "too little memory; a smaller batch (--batch-sentences) needs less",
                              {}, std::to_string(memory >> 20) + " MiB",
                              std::to_string(available >> 10) + " MiB available");
    }
    if (out.empty()) return;
    std::error_code failed;
    const auto space = std::filesystem::space(std::filesystem::absolute(out).parent_path(), failed);
    if (!failed && static_cast<long>(space.available) < disk)
        throw hone::error("train.disk", "too little room to save the model", {.file = out},
                          std::to_string(disk >> 20) + " MiB",
                          std::to_string(space.available >> 20) + " MiB");
}

/// --log. Error: train.log.
class training_log {
public:
    explicit training_log(const std::string& path)
        : path_(path), file_(path.empty() ? nullptr : std::fopen(path.c_str(), "w"), &std::fclose) {
        if (!path.empty() && !file_) fail();
    }
    void write(const hone::progress_state& s, double gradient_norm, double seconds) {
        if (file_ &&
            std::fprintf(file_.get(),
                         "{\"step\": %ld, \"epoch\": %ld, \"loss\": %s, \"rate\": %s, "
                         "\"gradient_norm\": %s, \"tokens\": %ld, \"seconds\": %.6f}\n",
                         s.step, s.epoch, shortest(s.loss).c_str(), shortest(s.rate).c_str(),
                         shortest(gradient_norm).c_str(), s.tokens, seconds) < 0)
            fail();
    }
    void close() {
        if (file_ && std::fclose(file_.release()) != 0) fail();
    }

private:
    [[noreturn]] void fail() const {
        throw hone::error("train.log", "the log cannot be written", {.file = path_},
                          "a file that can be made", std::strerror(errno));
    }
    std::string path_;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

inline std::atomic<int> interrupted{0};

/// The first Ctrl-C ends training in good order, the second one the program.
inline void end_in_good_order() {
    std::signal(SIGINT, [](int) {
        if (interrupted.exchange(1)) std::_Exit(130);
    });
    std::signal(SIGTERM, [](int) {
        if (interrupted.exchange(1)) std::_Exit(143);
    });
}

/// What is looked at after each epoch, to keep the best weights; nothing where `score` is empty.
struct watched {
    const char* name;
    std::function<double()> score;
    bool least_is_best = false;
};

template <class Data>
hone::epochs<Data> epochs_of(const training_options& o, const Data& data) {
    const auto order = [&](auto limit) {
        return o.no_shuffle ? hone::batches(data, limit, hone::no_shuffle)
                            : hone::batches(data, limit, hone::seed{o.seed});
    };
    return {static_cast<int>(o.epochs), o.batch_tokens > 0
                                            ? order(hone::tokens_per_batch(o.batch_tokens))
                                            : order(hone::sentences_per_batch(o.batch_sentences))};
}

/// Goes through all epochs with AdamW behind clipping and the schedule of a linear rise and fall,
/// and leaves the best weights in the model.
/// Returns the program's exit code where that was all (--plan), else -1.
template <class Data, class Model, class Step>
int go_through_epochs(const training_options& o, const Data& data, Model& model, Step& step,
                      hone::team& workers, const watched& watch) {
    using clock = std::chrono::steady_clock;
    auto run = epochs_of(o, data);
    if constexpr (Step::reads("dropout"))
        step.template set<"dropout">(static_cast<float>(o.dropout));
    step.template set<"attention_dropout">(static_cast<float>(o.dropout));
    const long total = static_cast<long>(run.steps()),
               per_epoch = static_cast<long>(run.steps_per_epoch());
    const auto largest = run.largest();
    const hone::batch_extent extent{static_cast<long>(largest.tokens),
                                    static_cast<long>(largest.sequences),
                                    static_cast<long>(largest.picked)};
    const auto optimizer = hone::chain(
        hone::clip_by_global_norm(o.clip),
        hone::adamw{.rate = hone::linear_warmup(
                        o.rate, static_cast<long>(o.warmup * static_cast<double>(total)), total),
                    .decay = o.decay});
    const long arena = step.plan().bytes(extent, workers.size()),
               moments = optimizer.template bytes<float>(step.weights().count),
               held = model.size() * 4;
    std::printf("%zu sequences, %ld steps; weights %ld MiB, arena %ld MiB for %ld tokens a step on "
                "%d threads, optimizer %ld MiB\n",
                data.examples(), total, held >> 20, arena >> 20, extent.tokens, workers.size(),
                moments >> 20);
    if (o.plan) return 0;
    require_room(o.out, arena + moments + 2 * held, held + (8l << 20));
    training_log log(o.log);
    step.reserve(extent);
    auto state = optimizer.start(step.weights());
    hone::best_weights best(model);
    end_in_good_order();
    hone::progress show;
    for (auto [epoch, n, batch] : run) {
        const auto before = clock::now();
        const double rate = optimizer.rate(state.step);
        const auto [loss, gradients] = step(batch);
        optimizer.step(step.weights(), gradients, state);
        const hone::progress_state now{static_cast<long>(epoch),
                                       o.epochs,
                                       static_cast<long>(n),
                                       total,
                                       loss,
                                       rate,
                                       static_cast<long>(batch.tokens.ids.size())};
        log.write(now, state.gradient_norm,
                  std::chrono::duration<double>(clock::now() - before).count());
        show(now);
        if ((now.step + 1) % per_epoch == 0 && watch.score) {
            const double score = watch.score();
            show.pause();
            std::printf("epoch %ld: %s %.4f%s\n", now.epoch + 1, watch.name, score,
                        best.offer(watch.least_is_best ? -score : score, now.epoch)
                            ? " (the best so far)"
                            : "");
        }
        if (interrupted || now.step + 1 == o.steps) break;
    }
    show.pause();
    log.close();
    if (best.epoch() >= 0) {
        best.restore();
        std::printf("kept: the weights after epoch %ld\n", best.epoch() + 1);
    }
    return -1;
}

/// Saves the model and its tokenizer, where --out says so; the program's exit code.
template <class Model, class Tokenizer>
int save_trained(const training_options& o, Model& model, const Tokenizer& tokenizer) {
    if (!o.out.empty()) {
        hone::replace_folder(o.out, [&](const std::filesystem::path& folder) {
            hone::save_into(model, folder, {});
            for (const auto& file : tokenizer.files())
                hone::write_atomically(folder / file.name, file.bytes);
        });
        std::printf("saved to %s\n", o.out.c_str());
    }
    return interrupted ? 130 : 0;
}

/// A trained model to predict with. Error: predict.untrained.
template <class Model>
hone::pretrained<Model> trained_model(const std::string& folder, const char* program) {
    auto model = hone::load<Model>(folder);
    if (model.drawn_head || model.drawn_pooler)
        throw hone::error("predict.untrained", "the folder lacks the head of this task",
                          {.file = folder}, std::string("a folder saved by ") + program + " train",
                          "a checkpoint without the head");
    return model;
}
