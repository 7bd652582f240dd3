// `classify train`: reads examples, fine-tunes every weight, watches a development set, reports, saves.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>

#include "choice.hpp"
#include "options.hpp"
#include "predict.hpp"

inline std::atomic<int> interrupted{0};

struct examples {
    hone::text_table train, dev, test;
    bool set_aside = false;
};

inline examples read_examples(const train_options& o) {
    const hone::text_column text{hone::column::of(o.text)};
    const hone::label_column label{hone::column::of(o.label)};
    examples e;
    e.train = hone::read_table(o.train, text, label);
    if (!o.dev.empty()) e.dev = hone::read_table(o.dev, text, label);
    else if (!o.test.empty() || !o.out.empty()) {
        auto parts = hone::stratified_split(e.train, 0.1, o.seed);
        e.train = std::move(parts.train);
        e.dev = std::move(parts.dev);
        e.set_aside = true;
    }
    if (!o.test.empty()) e.test = hone::read_table(o.test, text, label);
    return e;
}

/// What a person should know of the data before minutes are spent on it.
inline void describe(const examples& e, const hone::label_map& labels) {
    std::printf("%zu examples to train, %zu to watch%s, %zu for the report; %d labels\n", e.train.size(), e.dev.size(),
                e.set_aside ? " (a tenth of the training examples, set aside by label)" : "", e.test.size(), labels.size());
    const auto rare = hone::rare_labels(e.train, 5);
    for (std::size_t i = 0; i < rare.size() && i < 10; ++i)
        std::printf("  rare: %s has %lld line(s)\n", hone::in_quotes(rare[i].name).c_str(), static_cast<long long>(rare[i].lines));
    if (rare.size() > 10) std::printf("  and %zu more rare labels\n", rare.size() - 10);
    std::vector<std::string> names;
    for (std::int32_t i = 0; i < labels.size(); ++i) names.push_back(labels.name(i));
    for (const auto& s : hone::similar_labels(names))
        std::printf("  nearly equal labels: %s and %s (%s)\n", hone::in_quotes(s.first).c_str(), hone::in_quotes(s.second).c_str(), s.why.c_str());
}

/// Room for what will be held and written, asked before training.
inline void require_room(const train_options& o, long memory, long disk) {
    if (std::FILE* f = std::fopen("/proc/meminfo", "r")) {
        char line[256];
        long available = -1;
        while (std::fgets(line, sizeof line, f))
            if (std::sscanf(line, "MemAvailable: %ld kB", &available) == 1) break;
        std::fclose(f);
        if (available >= 0 && available * 1024 < memory)
            throw hone::error("train.memory", "too little memory; a smaller batch (--batch-sentences) needs less", {}, std::to_string(memory >> 20) + " MiB",
                              std::to_string(available >> 10) + " MiB available");
    }
    if (o.out.empty()) return;
    std::error_code failed;
    auto parent = std::filesystem::absolute(o.out).parent_path();
    const auto space = std::filesystem::space(parent, failed);
    if (!failed && static_cast<long>(space.available) < disk)
        throw hone::error("train.disk", "too little room to save the model", {.file = o.out}, std::to_string(disk >> 20) + " MiB",
                          std::to_string(space.available >> 20) + " MiB");
}

inline std::string shortest(double v) {
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, v).ptr};
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

/// How Python opens what was saved.
inline void say_saved(const train_options& o, long classes) {
    std::error_code ignored;
    const auto there = [&](const char* file) { return std::filesystem::exists(std::filesystem::path(o.out) / file, ignored); };
    std::printf("saved to %s; ", o.out.c_str());
    if (there("adapter.safetensors"))
        std::printf("in Python:\n"
                    "    import adapters; from transformers import BertForSequenceClassification\n"
                    "    model = BertForSequenceClassification.from_pretrained(\"%s\", num_labels=%ld)\n"
                    "    adapters.init(model); model.load_adapter(\"%s\", set_active=True)\n",
                    o.model.c_str(), classes, o.out.c_str());
    else if (there("adapter_model.safetensors"))
        std::printf("in Python:\n"
                    "    from peft import AutoPeftModelForSequenceClassification\n"
                    "    model = AutoPeftModelForSequenceClassification.from_pretrained(\"%s\", num_labels=%ld)\n",
                    o.out.c_str(), classes);
    else if (is_adapted) std::printf("each adapter in a folder below it, which Python opens one at a time; `classify predict --adapter %s` uses all\n", o.out.c_str());
    else
        std::printf("in Python:\n"
                    "    from transformers import pipeline\n"
                    "    classifier = pipeline(\"text-classification\", model=\"%s\")\n"
                    "    print(classifier(\"a sentence\"))\n",
                    o.out.c_str());
    if (there("base.safetensors")) std::printf("base.safetensors in it holds the weights of the model that trained beside: model.load_state_dict(load_file(...), strict=False)\n");
}

inline int train(const train_options& o) {
    using clock = std::chrono::steady_clock;
    if (!o.out.empty()) hone::check_replaceable(o.out);
    auto e = read_examples(o);
    auto labels = e.dev.size() ? hone::label_map::of({&e.train, &e.dev}) : hone::label_map::of(e.train);
    std::vector<std::string> names;
    for (std::int32_t i = 0; i < labels.size(); ++i) names.push_back(labels.name(i));
    const long classes = o.head.empty() ? static_cast<long>(labels.size()) : head_classes<plain_classifier>(o.head);
    if (classes < static_cast<long>(labels.size()))
        throw hone::error("head.too_small", "the head has fewer classes than there are labels", {.file = o.head}, "at least " + std::to_string(labels.size()), std::to_string(classes));
    while (static_cast<long>(names.size()) < classes) names.push_back("LABEL_" + std::to_string(names.size()));
    describe(e, labels);

    auto model = hone::load<text_classifier>(o.model, classes, o.seed);
    for (const auto& n : model.notices)
        if (n.code != "checkpoint.drawn") std::printf("note: %s\n", n.text.c_str());
    if (!o.adapter_from.empty()) take_adapter(model, o.adapter_from);
    const double adapter_dropout = adapter_dropout_of(o.adapter, model.adapter_configs);
    if (!o.head.empty()) read_head<plain_classifier>(model, o.head);
    else if (model.drawn_head) std::printf("note: a new classifier of %ld labels was drawn from seed %llu\n", classes, static_cast<unsigned long long>(o.seed));

    const hone::wordpiece tokenizer(o.model);
    const auto data = hone::encode(e.train, tokenizer, labels, text_limit);
    const auto dev = e.dev.size() ? hone::encode(e.dev, tokenizer, labels, text_limit) : hone::dataset{};
    const auto test = e.test.size() ? hone::encode(e.test, tokenizer, labels, text_limit) : hone::dataset{};

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
    require_room(o, arena + moments + 2 * held, held + (8l << 20));
    step.reserve(extent);
    auto state = optimizer.start(step.weights());
    const auto allocation = ranks_to_divide(step, total);
    hone::best_weights best(model);
    auto program = logits_program(model, workers);
    const auto score = [&](const hone::dataset& on, auto& metric) {
        answer(program, on.size(), [&](std::size_t i) { return on.tokens(i); },
               [&](std::size_t i, std::span<const float> row) { metric.add(on.label[i], hone::best_class(row)); });
    };
    std::FILE* log = nullptr;
    if (!o.log.empty() && !(log = std::fopen(o.log.c_str(), "w")))
        throw hone::error("train.log", "the log cannot be written", {.file = o.log}, "a file that can be made", std::strerror(errno));
    std::signal(SIGINT, [](int) {
        if (interrupted.exchange(1)) std::_Exit(130);
    });
    std::signal(SIGTERM, [](int) {
        if (interrupted.exchange(1)) std::_Exit(143);
    });

    hone::progress show;
    const auto begin = clock::now();
    double accuracy = -1;
    for (auto [epoch, n, batch] : run) {
        const auto before = clock::now();
        const double rate = optimizer.rate(state.step);
        const auto [loss, gradients] = step(batch);
        update(optimizer, step, gradients, state, allocation);
        const auto tokens = static_cast<long>(batch.tokens.ids.size());
        if (log)
            std::fprintf(log, "{\"step\": %ld, \"epoch\": %ld, \"loss\": %s, \"rate\": %s, \"gradient_norm\": %s, \"tokens\": %ld, \"seconds\": %.6f}\n",
                         static_cast<long>(n), static_cast<long>(epoch), shortest(loss).c_str(), shortest(rate).c_str(), shortest(state.gradient_norm).c_str(), tokens,
                         std::chrono::duration<double>(clock::now() - before).count());
        show({static_cast<long>(epoch), o.epochs, static_cast<long>(n), total, loss, rate, tokens});
        if ((static_cast<long>(n) + 1) % per_epoch == 0 && dev.size() > 0) {
            hone::accuracy right;
            score(dev, right);
            accuracy = right.value();
            show.pause();
            std::printf("epoch %ld: accuracy %.4f on %zu examples to watch%s\n", static_cast<long>(epoch) + 1, accuracy, dev.size(),
                        best.offer(accuracy, static_cast<long>(epoch)) ? " (the best so far)" : "");
            std::fflush(stdout);
        }
        if (interrupted || static_cast<long>(n) + 1 == o.steps) break;
    }
    show.pause();
    if (log && std::fclose(log) != 0) throw hone::error("train.log", "the log cannot be written", {.file = o.log}, "", std::strerror(errno));
    std::printf("trained %s\n", hone::progress::time_text(std::chrono::duration<double>(clock::now() - begin).count()).c_str());
    if (best.epoch() >= 0) {
        best.restore();
        std::printf("kept: the weights after epoch %ld, accuracy %.4f on the examples to watch\n", best.epoch() + 1, best.score());
    }
    const auto& judged = test.size() ? test : dev;
    if (judged.size() > 0 && !interrupted) {
        hone::confusion matrix(static_cast<int>(classes));
        score(judged, matrix);
        std::printf("\nreport on the %zu examples %s:\n%s\n", judged.size(), test.size() ? "for the report" : "to watch",
                    hone::classification_report(hone::class_counts(matrix), names, {.digits = 4}).c_str());
        const auto worst = hone::worst_confusions(matrix, names, 5);
        if (!worst.empty()) std::printf("most frequent mistakes:\n%s\n", worst.c_str());
    }
    if (!o.out.empty()) {
        hone::replace_folder(o.out, [&](const std::filesystem::path& folder) {
            if constexpr (is_adapted) hone::save_adapter_into(model, folder, names, std::filesystem::absolute(o.model).string());
            else {
                hone::save_into(model, folder, names);
                for (const auto& file : tokenizer.files()) hone::write_atomically(folder / file.name, file.bytes);
            }
        });
        say_saved(o, classes);
    }
    return interrupted ? 130 : 0;
}
