// The gradient of every weight on one batch, written to a file: to compare with another program's. It differentiates what the programs of the
// tasks do, with dropout off; with --adversarial, the words perturbed. A task has a header, which says its model, its loss and its reader; the program is built for `classify`, and
// other tasks, adapters and adversarial training are variants of it, each for one precision (HONE_NUMBERS).
// SPDX-License-Identifier: Apache-2.0
#include "../command_line.hpp"
#include "../decoder.hpp"
#include "../signals.hpp"
#include "run.hpp"
#ifndef HONE_TASK
#define HONE_TASK "classify.hpp"
#endif
#include HONE_TASK

/// The header of each task.
static constexpr const char* task_headers[][2] = {
    {"classify", "classify.hpp"}, {"several", "several.hpp"}, {"number", "number.hpp"},
    {"tag", "tag.hpp"},           {"answer", "answer.hpp"},   {"mlm", "mlm.hpp"},
    {"mlm+nsp", "mlm_nsp.hpp"},   {"embed", "embed.hpp"},     {"lm", "lm.hpp"}};

static variant variant_for(const gradient_options& o) {
    variant v;
    if (o.task == "classify") v = chosen_variant({}, o.adapter, {});
    if (o.task == "lm") v = decoder_variant(o.model, {}, o.adapter);
    if (o.task != "classify")
        for (const auto& [task, header] : task_headers)
            if (o.task == task)
                v.definitions.emplace_back("HONE_TASK", std::string("\"") + header + "\"");
    const auto& numbers = o.precision == "f64"    ? "double"
                          : o.precision == "bf16" ? "float, hone::bf16"
                                                  : "float";
    if (!o.against.rule.empty()) v.definitions.emplace_back("HONE_ADVERSARIAL", "1");
    if (!v.definitions.empty()) v.definitions.emplace_back("HONE_NUMBERS", numbers);
    return v;
}
static int mistake(const std::string& what) {
    std::fprintf(stderr, "gradients: %s\n", what.c_str());
    return 2;
}

int main(int argc, char** argv) {
    gradient_options o;
    command_line line("gradients", "Writes the gradients of the loss of a whole file, as one batch.");
    line.add("task", "TASK", o.task,
             "classify, several, number, tag, answer, mlm, mlm+nsp, embed or lm");
    line.add("model", "DIR", o.model,
             "folder with config.json, model.safetensors and the tokenizer").required();
    line.add("adapter", "DIR", o.adapter,
             "folder of an adapter: the gradients of its weights and of the classifier");
    line.add("input", "FILE", o.input,
             "examples: text, tab, label in each line (classify, several, number); anchor, positive, "
             "negative (embed); columns (tag); JSON lines (mlm, answer, lm), or SQuAD's .json; labels "
             "are numbered in sorted order").required();
    line.add("pair", "COLUMN", o.pair,
             "column of a second text; the label is in the last column; 0: one text", 0, 1 << 20);
    line.add("length", "N", o.length, "tokens of a window (answer)", 1, HONE_POSITIONS);
    line.add("stride", "N", o.stride, "tokens that windows share (answer)", 0, HONE_POSITIONS);
    line.add("head", "FILE", o.head, "a safetensors file with the weights of the head");
    line.add("precision", "TYPE", o.precision, "f32, f64, or bf16 for products");
    std::string rule;
    line.add("adversarial", "RULE", rule,
             "adversarial training on the words: fgm:epsilon=0.5, pgd:epsilon=0.5,rate=0.2,steps=3 "
             "or freelb:epsilon=0.5,rate=0.2,steps=3; the gradients of its loss");
    line.add("out", "FILE", o.out, "the safetensors file to write").required();
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    if (const int code = line.read(argc, argv); code >= 0) return code;
    if (o.precision != "f32" && o.precision != "f64" && o.precision != "bf16")
        return mistake("--precision must be f32, f64 or bf16");
    if (std::none_of(std::begin(task_headers), std::end(task_headers),
                     [&](const auto& known) { return o.task == known[0]; }))
        return mistake("no task \"" + o.task + "\"; gradients --help lists them");
    if (!rule.empty())
        if (const auto what = read_attack(rule, o.against); !what.empty()) return mistake(what);
    if (o.task != "classify" && o.task != "lm" && !o.adapter.empty())
        return mistake("--adapter needs --task classify or lm");
    report_lost_files();
    try {
        const auto choice = variant_for(o);
        if (!choice.definitions.empty() && o.task != "lm")
            check_before_compiling(o.model, o.adapter);
        become(choice, "gradients", argv);
#ifdef HONE_NUMBERS
        run<gradient_task, HONE_NUMBERS>(o);
#else
        if (o.precision == "f64") run<gradient_task, double>(o);
        else if (o.precision == "bf16") run<gradient_task, float, hone::bf16>(o);
        else run<gradient_task, float>(o);
#endif
    } catch (const std::exception& e) {
        std::fprintf(stderr, "gradients: %s\n", hone::printable(e.what()).c_str());
        return 1;
    }
    return after_printing("gradients", 0);
}
