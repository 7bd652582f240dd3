// What `train` of every program has in common: the checkpoint to start from, the steps of all epochs
// by the library's loop, with the line of progress and the log, the best weights by an evaluation
// after each epoch, and the folder that is saved, whatever ends the run.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <hone/loop/kept_fit.hpp>

#include "encoder.hpp"
#include "head.hpp"
#include "program.hpp"
#include "signals.hpp"
#include "training_options.hpp"
#include "training_room.hpp"

inline void say(const std::vector<hone::notice>& notices) {
    for (const auto& n : notices) std::printf("note: %s\n", hone::printable(n.text).c_str());
}

/// Before anything is read: who reads what is printed may go, and --out can be written.
inline void begin_training(const training_options& o) {
    go_on_without_a_reader();
    if (!o.out.empty()) hone::check_can_replace(o.out);
}

/// The checkpoint to start from, with the head of --head where there is one; says what is worth
/// knowing of it.
template <class Model>
hone::pretrained<Model> start_model(const training_options& o, long classes = 0, bool new_head = false) {
    auto model = hone::load<Model>(o.model, classes, o.seed, new_head);
    std::erase_if(model.notices, [](const auto& n) { return n.code == "checkpoint.drawn"; });
    say(model.notices);
    if (!o.head.empty()) read_head<Model>(model, o.head);
    else if (model.drawn_head || model.drawn_pooler)
        std::printf("note: what the checkpoint lacks of the head was drawn from seed %llu\n", static_cast<unsigned long long>(o.seed));
    return model;
}

/// A name for each class that the head will have: those of the labels, and with --head LABEL_k for
/// what the file has besides. Error: head.too_small.
template <class Model>
std::vector<std::string> names_for_head(const training_options& o, std::vector<std::string> names) {
    if (o.head.empty()) return names;
    const auto classes = static_cast<std::size_t>(head_classes<Model>(o.head));
    if (classes < names.size())
        throw hone::error("head.too_small", "the head has fewer classes than there are labels", {.file = o.head},
                          "at least " + std::to_string(names.size()), std::to_string(classes));
    while (names.size() < classes) names.push_back("LABEL_" + std::to_string(names.size()));
    return names;
}
/// Has the checkpoint just these labels? No row that was trained for one label is used for another.
inline bool has_labels(const training_options& o, const std::vector<std::string>& names) {
    const auto file = std::filesystem::path(o.model) / "config.json";
    return o.head.empty() && hone::read_config(file, hone::family<encoder>::published.config).labels == names;
}

/// What the model gives for a batch of tokens.
template <class Batch = hone::token_batch, class Model>
auto logits_of(Model& model, hone::team& workers) {
    return hone::evaluate<Batch>(
        model, [](auto m, auto batch) { return m(batch.tokens); }, workers);
}

/// The step that trains every weight, or those of a set, with products of the precision that the
/// program was compiled for.
template <class Batch, class Trains = hone::trainable<hone::on<"**">>, class Model, class Loss>
auto training_step_of(Model& model, hone::team& workers, std::uint64_t seed, Loss loss) {
    if constexpr (std::is_void_v<products>) return hone::differentiate<Batch>(model, Trains{}, loss, workers, seed);
    else return hone::differentiate<products, Batch>(model, Trains{}, loss, workers, seed);
}

/// What is looked at after each epoch, to keep the best weights; nothing where `score` is empty.
struct watched {
    const char* name;
    std::function<double()> score{};
    bool least_is_best = false;
    std::function<void(hone::html_page&)> show{}; ///< answers and data, for the report
};

template <class Data>
hone::epochs<Data> epochs_of(const training_options& o, const Data& data) {
    const auto order = [&](auto limit) {
        return o.no_shuffle ? hone::batches(data, limit, hone::no_shuffle) : hone::batches(data, limit, hone::seed{o.seed});
    };
    return {static_cast<int>(o.epochs), o.batch_tokens > 0
                                            ? order(hone::tokens_per_batch(static_cast<std::int32_t>(o.batch_tokens)))
                                            : order(hone::sentences_per_batch(static_cast<std::int32_t>(o.batch_sentences)))};
}

/// What the run will hold, in bytes, and the numbers that it reads.
template <class Step>
void print_plan(const Step& step, long weights, long arena, long moments, hone::batch_extent extent, int threads) {
    const auto plan = step.plan();
    std::printf("weights %ld bytes, arena %ld bytes for %ld tokens and %ld texts on %d threads, "
                "optimizer %ld bytes\n"
                "  %ld bytes a block of %d tokens, %ld a block of %d texts, %ld constant "
                "(gradients and packed weights among them), %ld a thread\n",
                weights, arena, extent.tokens, extent.sequences, threads, moments, plan.per_block_of_tokens, plan.block,
                plan.per_block_of_sequences, plan.block, plan.constant, plan.per_thread);
    for (const auto& number : step.numbers())
        std::printf("  %.*s %g%s\n", static_cast<int>(number.name.size()), number.name.data(), number.values[0],
                    number.was_set ? "" : ", as its type states");
}

/// The optimizer as it is: nothing around it.
inline constexpr auto plain_optimizer = [](auto optimizer, auto&, long) { return optimizer; };

/// Goes through all epochs with AdamW behind clipping and the schedule of a linear rise and fall,
/// leaves the best weights in the model, calls save(folder) where --out says so and then report().
/// Whatever ends the run, what was learned until then is saved, or it is said that there is nothing.
/// `around` puts something around the optimizer. The program's exit code.
template <class Data, class Model, class Step, class Save, class Report = void (*)(), class Around = decltype(plain_optimizer)>
int run_training(
    const training_options& o, const Data& data, Model& model, Step& step, hone::team& workers, const watched& watch, Save save,
    Report report = [] {}, Around around = plain_optimizer) {
    auto run = epochs_of(o, data);
    if constexpr (Step::reads("dropout"))
        step.template set<"dropout">(static_cast<float>(o.dropout));
    step.template set<"attention_dropout">(static_cast<float>(o.dropout));
    const long total = static_cast<long>(run.steps());
    const auto largest = run.largest();
    const hone::batch_extent extent{static_cast<long>(largest.tokens), static_cast<long>(largest.sequences),
                                    static_cast<long>(largest.picked)};
    const auto warm = static_cast<long>(o.warmup * static_cast<double>(total));
    const auto chain =
        hone::chain(hone::clip_by_global_norm(o.clip), hone::adamw{.rate = hone::linear_warmup(o.rate, warm, total), .decay = o.decay});
    const long arena = step.plan().bytes(extent, workers.size()), held = model.size() * 4,
               moments = chain.template bytes<float>(step.weights().count);
    std::printf("%zu sequences, %ld steps\n", data.examples(), total);
    if (o.plan) return print_plan(step, held, arena, moments, extent, workers.size()), 0;
    require_room(o.out, arena + moments + 2 * held, held + (8l << 20));
    const auto optimizer = around(chain, step, total);
    auto state = chain.start(step.weights());
    hone::best_weights best(model);
    hone::fit_course course;
    auto kept = kept_run_of(o.run, o.log, total, model, {{"--train", o.train}, {"--dev", o.dev}});
    add_report(kept, o.run, held, arena, moments, watch.show);
    long steps = 0;
    double seconds = 0;
    hone::fit_options how{.evaluate = watch.score,
                          .name = watch.name,
                          .least_is_best = watch.least_is_best,
                          .best = &best,
                          .steps = o.steps,
                          .course = &course,
                          .interrupted = [] { return interrupted != 0; }};
    how.after_step = [&](const hone::fit_step& s) {
        ++steps;
        seconds += s.seconds;
    };
    hone::keep(how, kept, [&](hone::snapshot_content& c) {
        hone::pass_run(c, step, chain, state);
        best.pass(c);
        course.pass(c);
        if constexpr (requires { optimizer.allocation->pass(c); }) optimizer.allocation->pass(c);
    });
    note_requests_to_end();
    std::exception_ptr failed;
    try {
        hone::fit(step, optimizer, state, run, how);
    } catch (...) {
        failed = std::current_exception();
    }
    if (failed && (watch.score ? best.epoch() < 0 : steps == 0)) {
        std::fprintf(stderr, "no epoch was finished: there are no weights to keep\n");
        std::rethrow_exception(failed);
    }
    std::printf("trained %s\n", hone::progress::time_text(seconds).c_str());
    if (best.epoch() >= 0)
        std::printf("kept: the weights after epoch %ld, %s %.4f\n", best.epoch() + 1, watch.name,
                    watch.least_is_best ? -best.score() : best.score());
    if (!o.out.empty()) save_folder(o.out, save);
    if (failed) {
        if (!o.out.empty()) std::printf("training ended early; the best weights so far were saved to %s\n", o.out.c_str());
        std::rethrow_exception(failed);
    }
    if (!interrupted) report();
    if (!o.out.empty()) std::printf("saved to %s\n", o.out.c_str());
    kept.end();
    return interrupted ? 130 : 0;
}

/// What saves a model of these labels, and its tokenizer, into a folder.
template <class Model, class Tokenizer>
auto saver(Model& model, const Tokenizer& tokenizer, const std::vector<std::string>& names = {}) {
    return [&, names](const std::filesystem::path& folder) {
        hone::save_into(model, folder, names);
        for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
    };
}

/// A trained model to predict with. Error: predict.untrained.
template <class Model>
hone::pretrained<Model> trained_model(const std::string& folder, const char* program) {
    auto model = hone::load<Model>(folder);
    if (model.drawn_head || model.drawn_pooler)
        throw hone::error("predict.untrained", "the folder lacks the head of this task", {.file = folder},
                          std::string("a folder saved by ") + program + " train", "a checkpoint without the head");
    return model;
}
