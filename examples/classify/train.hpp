// `classify train`: reads examples, fine-tunes every weight, watches a development set, reports, saves.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include <hone/metric/correlation.hpp>
#include <hone/metric/multilabel.hpp>

#include "../training.hpp"
#include "labels.hpp"
#include "predict.hpp"
#include "report.hpp"
#include "save.hpp"

struct examples {
    hone::text_table train, dev, test;
    bool set_aside = false;
    chosen_labels labels;
};

inline examples read_examples(const train_options& o) {
    constexpr bool single = compiled_task == text_task::single;
    const hone::text_column text{hone::column::of(o.text)};
    const hone::label_column label{hone::column::of(!o.label.empty() ? o.label : o.pair.empty() ? "1" : "-1")};
    hone::table_options how;
    if (!o.pair.empty()) how.second = hone::column::of(o.pair);
    how.empty_labels = compiled_task == text_task::several;
    how.real_labels = compiled_task == text_task::number;
    const auto read = [&](const std::string& file) {
        auto table = hone::read_table(file, text, label, how);
        auto notices = hone::look_over(table);
        if (!single) // doubts about names of classes
            std::erase_if(notices, [](const auto& n) { return n.code == "data.scores" || n.code == "data.single_lines" || n.code == "data.header_perhaps"; });
        say(notices);
        return table;
    };
    examples e;
    e.train = read(o.train);
    if (single) hone::check_trainable(e.train);
    e.labels = choose_labels(o, e.train); // those of the training examples; dev and test may not have others
    if (!o.dev.empty()) e.dev = read(o.dev);
    else if (!o.test.empty() || !o.out.empty()) {
        if (!single) e.train.label.swap(e.train.group); // all alike to the split
        auto parts = hone::stratified_split(e.train, 0.1, o.seed);
        if (!single)
            for (auto* part : {&parts.train, &parts.dev}) part->label.swap(part->group);
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
    if (compiled_task != text_task::single) return;
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

/// For AdaLoRA: an optimizer whose steps divide the ranks. Two thirds of them are left at the end, chosen between the first tenth and the last third of the steps.
template <class Optimizer>
struct rank_dividing {
    Optimizer optimizer;
    std::unique_ptr<hone::allocation<float>> allocation;

    double rate(long step) const { return optimizer.rate(step); }
    template <class Weights, class Gradients, class State>
    void step(Weights& weights, const Gradients& gradients, State& state) const {
        optimizer.step(weights, gradients, state, *allocation);
    }
};
inline constexpr auto with_ranks_divided = []([[maybe_unused]] auto optimizer, [[maybe_unused]] auto& step, [[maybe_unused]] long total) {
    if constexpr (divides_ranks) {
        long ranks = 0;
        for (const auto& r : step.weights().ranges)
            if (r.name.ends_with(".adalora.e")) ranks = r.count;
        const hone::rank_budget budget{.target = static_cast<int>(std::max(1l, ranks * 2 / 3)), .total = std::max(total, 4l), .first = total / 10, .last = total / 3, .every = std::max(1l, total / 100)};
        return rank_dividing<decltype(optimizer)>{optimizer, std::make_unique<hone::allocation<float>>(step.weights(), budget)};
    } else
        return optimizer;
};

/// A table as ids and numbers, each id with a row in the model's embedding. Errors: data.unknown_label, data.unknown_word.
inline auto encoded(const hone::text_table& table, const hone::wordpiece& tokenizer, const hone::label_map& labels) {
    auto data = [&] {
        if constexpr (compiled_task == text_task::several) return hone::encode_several(table, tokenizer, labels, text_limit);
        else if constexpr (compiled_task == text_task::number) {
            auto numbers = hone::encode_numbers(table, tokenizer, text_limit);
            hone::real_dataset<hone::run_time> all;
            static_cast<hone::token_sequences&>(all) = std::move(numbers);
            all.target = std::move(numbers.target);
            all.width = 1;
            return all;
        } else return hone::encode(table, tokenizer, labels, text_limit);
    }();
    for (std::size_t i = 0; i < data.size(); ++i) check_rows(tokenizer, data.tokens(i), table.at(i));
    return data;
}

/// How well the model does: calls use(text number, logits) for each text of a set.
template <class Data>
void each_answer(logits_reader& program, const Data& on, const std::function<void(std::size_t, std::span<const float>)>& use) {
    answer(program, on.size(), [&](hone::batch_rows& to, std::size_t i) { to.add(on.tokens(i), on.types_of(i)); }, use);
}
/// Of several labels, micro F1; of numbers, the mean squared error; else the accuracy. `print`: the report too.
template <class Data>
double judge(logits_reader& program, const Data& on, bool on_test, const std::vector<std::string>& names, bool print) {
    const char* const which = on_test ? "for the report" : "to watch";
    if constexpr (compiled_task == text_task::several) {
        hone::label_set_counts counts(static_cast<int>(names.size()));
        each_answer(program, on, [&](std::size_t i, std::span<const float> row) {
            std::vector<std::int32_t> right, found;
            for (std::size_t k = 0; k < names.size(); ++k) {
                const auto width = static_cast<std::size_t>(on.width);
                if (k < width && on.target[i * width + k] > 0) right.push_back(static_cast<std::int32_t>(k));
                if (row[k] > 0) found.push_back(static_cast<std::int32_t>(k));
            }
            counts.add(right, found);
        });
        const auto all = counts.over_classes(hone::average::micro);
        if (print) std::printf("\non the %zu examples %s: precision %.4f, recall %.4f, F1 %.4f (micro), macro F1 %.4f\n", on.size(), which, all.precision, all.recall, all.f1, counts.over_classes(hone::average::macro).f1);
        return all.f1;
    } else if constexpr (compiled_task == text_task::number) {
        hone::pearson linear;
        hone::spearman ranks;
        double squares = 0;
        each_answer(program, on, [&](std::size_t i, std::span<const float> row) {
            const double truth = static_cast<double>(on.target[i]), found = static_cast<double>(row[0]);
            squares += (truth - found) * (truth - found);
            linear.add(truth, found);
            ranks.add(truth, found);
        });
        const double mean = squares / static_cast<double>(on.size());
        if (print) std::printf("\non the %zu examples %s: mean squared error %.4f, Pearson %.4f, Spearman %.4f\n", on.size(), which, mean, linear.value(), ranks.value());
        return mean;
    } else {
        const auto score = [&](auto& metric) { each_answer(program, on, [&](std::size_t i, std::span<const float> row) { metric.add(on.label[i], hone::best_class(row)); }); };
        if (print) report(on.size(), on_test, names, score);
        hone::accuracy right;
        if (!print) score(right);
        return print ? 0 : right.value();
    }
}

/// What the report of a run shows besides its curves, where a text has one label: the answers on
/// the test lines, or else on those of dev, and the data.
template <class Program, class Data>
void show_in_report(watched& watch, Program& program, const Data& data, const Data& dev,
                    const Data& test, const std::vector<std::string>& names,
                    const examples& e) {
    if constexpr (requires { data.label[0]; })
        watch.show = [&](hone::html_page& p) {
            const auto& judged = test.size() > 0 ? test : dev;
            if (judged.size() > 0) {
                judged_answers answers(static_cast<int>(names.size()), 10);
                each_answer(program, judged, [&](std::size_t i, std::span<const float> row) {
                    answers.add(i, judged.label[i], row);
                });
                answers.show(p, names, test.size() > 0 ? e.test : e.dev);
            }
            show_data(p, data, names);
        };
}

inline int train(const train_options& o) {
    begin_training(o);
    const auto e = read_examples(o);
    const auto& names = e.labels.names;
    const long classes = static_cast<long>(names.size());
    describe(e);

    auto model = load_with(o.model, o.adapter_from, classes, o.seed, e.labels.new_head);
    model.task = o.task;
    std::erase_if(model.notices, [&](const auto& n) { return n.code == "checkpoint.drawn" && !model.drawn_pooler; });
    say(model.notices);
    say(e.labels.notices);
    const double adapter_dropout = adapter_dropout_of(o.adapter, model.adapter_configs);
    if (!o.head.empty()) read_head(model, o.head);
    else if (model.drawn_head) std::printf("note: a new classifier of %ld labels was drawn from seed %llu\n", classes, static_cast<unsigned long long>(o.seed));

    const hone::wordpiece tokenizer(o.model);
    const hone::label_map labels(names); // a head may have more rows than there are labels
    const auto data = encoded(e.train, tokenizer, labels), dev = encoded(e.dev, tokenizer, labels), test = encoded(e.test, tokenizer, labels);

    hone::team workers(o.threads);
    using batch_type = decltype(data.batch(hone::batch_rows{}));
    auto step = training_step_of<batch_type, hone::trainable<HONE_TRAINABLE>>(model, workers, o.seed, classification_loss);
    if constexpr (decltype(step)::reads("adapter_dropout")) step.template set<"adapter_dropout">(static_cast<float>(adapter_dropout));
    print_parameters(step, model);
    if constexpr (is_adapted) hone::note_beside(model, step.weights());
    auto program = logits_program(model, workers);
    constexpr const char* scores[] = {"accuracy", "F1", "mean squared error"};
    watched watch{scores[static_cast<int>(compiled_task)], {}, compiled_task == text_task::number};
    if (dev.size() > 0) watch.score = [&] { return judge(program, dev, false, names, false); };
    show_in_report(watch, program, data, dev, test, names, e);
    const auto save = [&](const std::filesystem::path& folder) {
        if constexpr (is_adapted) hone::save_adapter_into(model, folder, names, std::filesystem::absolute(o.model).string());
        else saver(model, tokenizer, names)(folder);
    };
    const auto last_report = [&] {
        if (const auto& judged = test.size() ? test : dev; judged.size() > 0) judge(program, judged, test.size() > 0, names, true);
    };
    const int code = run_training(o, data, model, step, workers, watch, save, last_report, with_ranks_divided);
    if (!o.out.empty() && !o.plan) say_in_python(o.model, o.out, classes);
    return code;
}
