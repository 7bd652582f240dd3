// What every `train` is told of the run itself: checkpoints, going on, and who looks at it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include <hone/loop/event_file.hpp>
#include <hone/loop/kept_run.hpp>
#include <hone/loop/log_file.hpp>
#include <hone/loop/report.hpp>
#include <hone/loop/run_state.hpp>
#include <hone/loop/wandb_run.hpp>

#include "command_line.hpp"

struct run_options {
    std::string checkpoint, resume, tensorboard, wandb, csv, report;
    long checkpoint_every = 500, keep = 2;
    double checkpoint_minutes = 0;
    hone::run_facts facts; ///< the options that a run which goes on must have again
};

inline void add_run_options(command_line& line, run_options& o) {
    line.add("checkpoint", "DIR", o.checkpoint, "folder for checkpoints, step-N each: all that the run needs to go on");
    line.add("checkpoint-every", "N", o.checkpoint_every, "steps from one checkpoint to the next; 0: by minutes alone", 0, 1l << 40);
    line.add("checkpoint-minutes", "M", o.checkpoint_minutes, "a checkpoint too where so many minutes have passed since the last; 0: never",
             0, 1e6);
    line.add("keep", "N", o.keep, "checkpoints that stay; each holds the best weights so far as well", 1, 1 << 20);
    line.add("resume", "DIR", o.resume,
             "go on from the newest whole checkpoint of a run with the same options; the same bits "
             "as if it had never been stopped");
    line.add("tensorboard", "DIR", o.tensorboard, "folder for TensorBoard's event file");
    line.add("wandb", "DIR", o.wandb, "folder of an offline run of Weights & Biases, for wandb sync");
    line.add("csv", "FILE", o.csv, "the log as comma-separated values");
    line.add("report", "FILE", o.report, "a page (.html) with curves, answers, data, memory and time");
}
/// What may differ when a run goes on; files count by what is in them.
inline hone::run_facts facts_of(const command_line& line) {
    static constexpr std::string_view free[] = {"model",
                                                "train",
                                                "dev",
                                                "test",
                                                "out",
                                                "log",
                                                "head",
                                                "adapter-from",
                                                "steps",
                                                "threads",
                                                "plan",
                                                "checkpoint",
                                                "checkpoint-every",
                                                "checkpoint-minutes",
                                                "keep",
                                                "resume",
                                                "tensorboard",
                                                "wandb",
                                                "csv",
                                                "report"};
    hone::run_facts facts;
    for (auto& [name, value] : line.values())
        if (std::find(std::begin(free), std::end(free), name) == std::end(free)) facts.emplace_back("--" + name, value);
    return facts;
}

/// The run with its observers. `files`: those that it learns from, by option.
template <class Model, class T>
hone::kept_run kept_run_of(const run_options& o, const std::string& log, long steps, const hone::parameters<Model, T>& model,
                           const std::vector<std::pair<std::string, std::string>>& files) {
    auto facts = o.facts;
    if (!o.checkpoint.empty() || !o.resume.empty()) {
        facts.emplace_back("weights at the start", hone::weights_fact(model));
        for (const auto& [option, path] : files)
            facts.emplace_back("what is in " + option, path.empty() ? std::string("nothing") : hone::file_fact(path));
    }
    hone::kept_run run(
        {.snapshots = o.checkpoint, .resume = o.resume, .steps = o.checkpoint_every, .minutes = o.checkpoint_minutes, .keep = o.keep},
        std::move(facts), [](const std::string& text) { std::printf("%s\n", hone::printable(text).c_str()); });
    using hone::log_format;
    if (!log.empty()) run.add(std::make_unique<hone::log_file>(log, log_format::json_lines, steps));
    if (!o.csv.empty()) run.add(std::make_unique<hone::log_file>(o.csv, log_format::csv, steps));
    if (!o.tensorboard.empty()) run.add(std::make_unique<hone::event_file>(o.tensorboard));
    if (!o.wandb.empty()) run.add(std::make_unique<hone::wandb_run>(o.wandb, "hone", o.facts));
    return run;
}

/// --report; `held`, `arena`, `moments`: bytes as they were planned. `more` says what the program
/// knows besides, at the end.
inline void add_report(hone::kept_run& run, const run_options& o, long held, long arena, long moments, hone::report::part more) {
    if (o.report.empty()) return;
    auto page = std::make_unique<hone::report>(o.report, "Training");
    if (more) page->add(std::move(more));
    page->add([=, facts = o.facts](hone::html_page& p) {
        const auto mib = [](long bytes) { return static_cast<double>(bytes) / (1 << 20); };
        const std::pair<std::string, double> bars[] = {{"weights", mib(held)}, {"arena", mib(arena)}, {"optimizer", mib(moments)}};
        p.section("Memory", "as it was planned before the first step, in MiB");
        p.bars(bars);
        auto given = facts;
        std::erase_if(given, [](const auto& fact) { return fact.second.empty(); });
        p.section("Options");
        p.facts(given);
    });
    run.add(std::move(page));
}
