// `classify train`: reads examples, fine-tunes every weight, watches a development set, reports, saves.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <exception>
#include <filesystem>
#include <memory>

#include "../signals.hpp"
#include "labels.hpp"
#include "predict.hpp"
#include "save.hpp"

struct examples {
    hone::text_table train, dev, test;
    bool set_aside = false;
    chosen_labels labels;
};

inline void say(const std::vector<hone::notice>& notices) {
    for (const auto& n : notices) std::printf("note: %s\n", hone::printable(n.text).c_str());
}

inline examples read_examples(const train_options& o) {
    const hone::text_column text{hone::column::of(o.text)};
    const hone::label_column label{hone::column::of(o.label)};
    examples e;
    e.train = hone::read_table(o.train, text, label);
    say(hone::look_over(e.train));
    hone::check_trainable(e.train);
    e.labels = choose_labels(o, e.train); // those of the training examples; dev and test may not have others
    const auto read = [&](const std::string& file) {
        auto table = hone::read_table(file, text, label);
        say(hone::look_over(table));
        return table;
    };
    if (!o.dev.empty()) e.dev = read(o.dev);
    else if (!o.test.empty() || !o.out.empty()) {
        auto parts = hone::stratified_split(e.train, 0.1, o.seed);
        e.train = std::move(parts.train);
        e.dev = std::move(parts.dev);
        e.set_aside = true;
    }
    if (!o.test.empty()) e.test = read(o.test);
    return e;
}

/// The report on examples: of so many labels that nobody reads it, the accuracy alone.
template <class Score>
void report(std::size_t count, bool on_test, const std::vector<std::string>& names, Score score) {
    constexpr std::size_t most = 2000;
    std::vector<std::string> shown;
    for (const auto& name : names) shown.push_back(hone::printable(name, true));
    std::printf("\nreport on the %zu examples %s:\n", count, on_test ? "for the report" : "to watch");
    if (names.size() > most) {
        hone::accuracy right;
        score(right);
        std::printf("accuracy %.4f (of %zu labels no more is printed)\n", right.value(), names.size());
        return;
    }
    hone::confusion matrix(static_cast<int>(names.size()));
    score(matrix);
    std::printf("%s\n", hone::classification_report(hone::class_counts(matrix), shown, {.digits = 4}).c_str());
    if (const auto worst = hone::worst_confusions(matrix, shown, 5); !worst.empty()) std::printf("most frequent mistakes:\n%s\n", worst.c_str());
}

/// What a person should know of the data before minutes are spent on it.
inline void describe(const examples& e) {
    const auto& labels = e.labels.labels;
    std::printf("%zu examples to train, %zu to watch%s, %zu for the report; %d labels\n", e.train.size(), e.dev.size(),
                e.set_aside ? " (a tenth of the training examples, set aside by label)" : "", e.test.size(), labels.size());
    const auto rare = hone::rare_labels(e.train, 5);
    for (std::size_t i = 0; i < rare.size() && i < 10; ++i)
        std::printf("  rare: %s has %lld line(s)\n", hone::in_quotes(rare[i].name).c_str(), static_cast<long long>(rare[i].lines));
    if (rare.size() > 10) std::printf("  and %zu more rare labels\n", rare.size() - 10);
    auto names = labels.names();
    std::sort(names.begin(), names.end());
    for (const auto& s : hone::similar_labels(names))
        std::printf("  nearly equal labels: %s and %s (%s)\n", hone::in_quotes(s.first).c_str(), hone::in_quotes(s.second).c_str(), s.why.c_str());
}

/// The rate in "lora:rank=8,dropout=0.1"; with several, the first. Without one, that of the folder which was read; the folder to be saved says it too.
inline double adapter_dropout_of(const std::string& adapter, hone::json& configs) {
    static constexpr const char* fields[][2] = {{"lora", "lora_dropout"}, {"rslora", "lora_dropout"}, {"adalora", "lora_dropout"}, {"vera", "vera_dropout"}}; // by folder
    double rate = 0;
    const auto at = adapter.find("dropout=");
    if (at == adapter.npos) {
        for (const auto& [family, field] : fields)
            if (const auto* const config = configs.find(family); config && config->find(field) && config->find(field)->is_number()) rate = std::max(rate, config->find(field)->number());
        return rate;
    }
    const auto [end, failed] = std::from_chars(adapter.data() + at + 8, adapter.data() + adapter.size(), rate);
    if (failed != std::errc() || !(rate >= 0 && rate < 1) || (end != adapter.data() + adapter.size() && *end != ',' && *end != '+'))
        throw hone::error("options.adapter", "dropout must be a number from 0, below 1", {}, "0.1, for instance", adapter.substr(at));
    for (const auto& [family, field] : fields) {
        auto config = configs.find(family) ? *configs.find(family) : hone::json::object();
        config.set(field, rate);
        configs.set(family, std::move(config));
    }
    return rate;
}

/// For AdaLoRA: two thirds of the ranks are left at the end, chosen between the first tenth and the last third of the steps.
template <class Step>
auto ranks_to_divide([[maybe_unused]] Step& step, [[maybe_unused]] long total) {
    if constexpr (divides_ranks) {
        long ranks = 0;
        for (const auto& r : step.weights().ranges)
            if (r.name.ends_with(".adalora.e")) ranks = r.count;
        return std::make_unique<hone::allocation<float>>(
            step.weights(), hone::rank_budget{.target = static_cast<int>(std::max(1l, ranks * 2 / 3)), .total = std::max(total, 4l), .first = total / 10, .last = total / 3, .every = std::max(1l, total / 100)});
    } else
        return nullptr;
}

/// A step of the optimizer, with the allocation where there is one.
template <class Optimizer, class Step, class Gradients, class State, class Allocation>
void update(const Optimizer& optimizer, Step& step, const Gradients& gradients, State& state, [[maybe_unused]] const Allocation& allocation) {
    if constexpr (std::is_same_v<Allocation, std::nullptr_t>) optimizer.step(step.weights(), gradients, state);
    else optimizer.step(step.weights(), gradients, state, *allocation);
}

/// It too goes on from a checkpoint.
template <class Allocation>
void pass_allocation(hone::snapshot_content& c, [[maybe_unused]] Allocation& allocation) {
    if constexpr (!std::is_same_v<Allocation, const std::nullptr_t>) allocation->pass(c);
}

/// A table as ids and numbers, each id with a row in the model's embedding. Errors: data.unknown_label, data.unknown_word.
inline hone::dataset encoded(const hone::text_table& table, const hone::wordpiece& tokenizer, const hone::label_map& labels) {
    if (table.size() == 0) return {};
    auto data = hone::encode(table, tokenizer, labels, text_limit);
    for (std::size_t i = 0; i < data.size(); ++i) check_rows(tokenizer, data.tokens(i), table.at(i));
    return data;
}

inline int train(const train_options& o) {
    using clock = std::chrono::steady_clock;
    go_on_without_a_reader();
    if (!o.out.empty()) hone::check_can_replace(o.out);
    const auto e = read_examples(o);
    const auto& names = e.labels.names;
    const long classes = static_cast<long>(names.size());
    describe(e);

    auto model = load_with(o.model, o.adapter_from, classes, o.seed, e.labels.new_head);
    std::erase_if(model.notices, [&](const auto& n) { return n.code == "checkpoint.drawn" && !model.drawn_pooler; });
    say(model.notices);
    say(e.labels.notices);
    const double adapter_dropout = adapter_dropout_of(o.adapter, model.adapter_configs);
    if (!o.head.empty()) read_head(model, o.head);
    else if (model.drawn_head) std::printf("note: a new classifier of %ld labels was drawn from seed %llu\n", classes, static_cast<unsigned long long>(o.seed));

    const hone::wordpiece tokenizer(o.model);
    const auto data = encoded(e.train, tokenizer, e.labels.labels), dev = encoded(e.dev, tokenizer, e.labels.labels), test = encoded(e.test, tokenizer, e.labels.labels);

    const auto order = hone::seed{o.seed};
    const auto packed = [&](auto limit) { return o.no_shuffle ? hone::batches(data, limit, hone::no_shuffle) : hone::batches(data, limit, order); };
    auto run = hone::epochs(static_cast<int>(o.epochs), o.batch_tokens > 0 ? packed(hone::tokens_per_batch(static_cast<std::int32_t>(o.batch_tokens)))
                                                                           : packed(hone::sentences_per_batch(static_cast<std::int32_t>(o.batch_sentences))));
    const long total = static_cast<long>(run.steps()), per_epoch = static_cast<long>(run.steps_per_epoch());

    hone::team workers(o.threads);
    auto step = training_step_of<products>(model, workers, o.seed);
    step.set<"dropout">(static_cast<float>(o.dropout)).set<"attention_dropout">(static_cast<float>(o.dropout));
    if constexpr (decltype(step)::reads("adapter_dropout")) step.template set<"adapter_dropout">(static_cast<float>(adapter_dropout));
    print_parameters(step, model);
    if constexpr (is_adapted) hone::note_beside(model, step.weights());
    const auto largest = run.largest();
    const hone::batch_extent extent{static_cast<long>(largest.tokens), static_cast<long>(largest.sequences)};
    const auto optimizer = hone::chain(hone::clip_by_global_norm(o.clip), hone::adamw{.rate = hone::linear_warmup(o.rate, static_cast<long>(o.warmup * static_cast<double>(total)), total), .decay = o.decay});
    const auto plan = step.plan();
    const long arena = plan.bytes(extent, workers.size()), moments = optimizer.bytes<float>(step.weights().count), held = model.size() * 4;
    if (o.plan) {
        std::printf("weights %ld bytes, arena %ld bytes for %ld tokens and %ld texts on %d threads, optimizer %ld bytes\n"
                    "  %ld bytes a block of %d tokens, %ld a block of %d texts, %ld constant (gradients and packed weights among them), %ld a thread\n",
                    held, arena, extent.tokens, extent.sequences, workers.size(), moments, plan.per_block_of_tokens, plan.block, plan.per_block_of_sequences,
                    plan.block, plan.constant, plan.per_thread);
        for (const auto& number : step.numbers())
            std::printf("  %.*s %g%s\n", static_cast<int>(number.name.size()), number.name.data(), number.values[0], number.was_set ? "" : ", as its type states");
        return 0;
    }
    require_room(o.out, arena + moments + 2 * held, held + (8l << 20));
    step.reserve(extent);
    auto state = optimizer.start(step.weights());
    const auto allocation = ranks_to_divide(step, total);
    hone::best_weights best(model);
    auto program = logits_program(model, workers);
    const auto score = [&](const hone::dataset& on, auto& metric) {
        answer(program, on.size(), [&](std::size_t i) { return on.tokens(i); },
               [&](std::size_t i, std::span<const float> row) { metric.add(on.label[i], hone::best_class(row)); });
    };
    auto kept = kept_run_of(o.run, o.log, total, model, {{"--train", o.train}, {"--dev", o.dev}});
    const auto all = [&](hone::snapshot_content& c) {
        hone::pass_run(c, step, optimizer, state);
        best.pass(c);
        pass_allocation(c, allocation);
    };
    const long done = kept.begin(all);
    note_requests_to_end();

    hone::progress show;
    const auto begin = clock::now();
    double accuracy = -1;
    std::exception_ptr failed;
    const auto one_step = [&](long epoch, long n, const auto& batch) { // whether to go on
        const auto before = clock::now();
        const double rate = optimizer.rate(state.step);
        const auto [loss, gradients] = step(batch);
        update(optimizer, step, gradients, state, allocation);
        const auto tokens = static_cast<long>(batch.tokens.ids.size());
        tell_step(kept, n, epoch, loss, rate, state.gradient_norm, tokens, std::chrono::duration<double>(clock::now() - before).count());
        show({epoch, o.epochs, n, total, loss, rate, tokens});
        if ((n + 1) % per_epoch == 0 && dev.size() > 0) {
            hone::accuracy right;
            score(dev, right);
            accuracy = right.value();
            show.pause();
            std::printf("epoch %ld: accuracy %.4f on %zu examples to watch%s\n", epoch + 1, accuracy, dev.size(),
                        best.offer(accuracy, epoch) ? " (the best so far)" : "");
            std::fflush(stdout);
            const hone::observed_number seen[] = {{"accuracy", accuracy}};
            kept.evaluation({n, seen});
        }
        kept.after(n + 1, all);
        if (interrupted) kept.save(n + 1, all);
        return !interrupted && n + 1 != o.steps;
    };
    try {
        if (o.steps == 0 || done < o.steps)
            for (auto [epoch, n, batch] : run.from(done))
                if (!one_step(static_cast<long>(epoch), static_cast<long>(n), batch)) break;
    } catch (...) { // what was learned until then is kept
        failed = std::current_exception();
    }
    show.pause();
    if (failed && best.epoch() < 0) {
        std::fprintf(stderr, "no epoch was finished: there are no weights to keep\n");
        std::rethrow_exception(failed);
    }
    std::printf("trained %s\n", hone::progress::time_text(std::chrono::duration<double>(clock::now() - begin).count()).c_str());
    if (best.epoch() >= 0) {
        best.restore();
        std::printf("kept: the weights after epoch %ld, accuracy %.4f on the examples to watch\n", best.epoch() + 1, best.score());
    }
    if (!o.out.empty())
        save_folder(o.out, [&](const std::filesystem::path& folder) {
            if constexpr (is_adapted) hone::save_adapter_into(model, folder, names, std::filesystem::absolute(o.model).string());
            else {
                hone::save_into(model, folder, names);
                for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
            }
        });
    if (failed) {
        if (!o.out.empty()) std::printf("training ended early; the best weights so far were saved to %s\n", o.out.c_str());
        std::rethrow_exception(failed);
    }
    const auto& judged = test.size() ? test : dev;
    if (judged.size() > 0 && !interrupted) report(judged.size(), test.size() > 0, names, [&](auto& metric) { score(judged, metric); });
    if (!o.out.empty()) say_saved(o.model, o.out, classes);
    kept.end();
    return interrupted ? 130 : 0;
}
