// The options of every `train`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include <hone/device/team.hpp>
#include <hone/file/error.hpp>

#include "run_options.hpp"
#include "variant.hpp"

struct training_options {
    std::string model, train, dev, test, out, log, head, precision = "f32";
    long epochs = 3, batch_sentences = 32, batch_tokens = 0, steps = 0;
    double rate = 5e-5, warmup = 0.1, decay = 0.01, clip = 1.0, dropout = 0.1;
    std::uint64_t seed = 0;
    bool no_shuffle = false, plan = false;
    int threads = 0;
    run_options run;
};

/// The options of every `train`; `train` and `dev` say what those files hold.
inline void add_training_options(command_line& line, training_options& o, const char* train, const char* dev) {
    line.add("model", "DIR", o.model,
             "checkpoint to start from: a folder with config.json, model.safetensors and its "
             "tokenizer")
        .required();
    line.add("train", "FILE", o.train, train).required();
    line.add("dev", "FILE", o.dev, dev);
    line.add("out", "DIR", o.out, "folder to save to; replaced only if hone wrote it");
    line.add("epochs", "N", o.epochs, "times through the examples", 1, 1000000);
    line.add("rate", "R", o.rate, "highest learning rate", 0, 10);
    line.add("warmup", "SHARE", o.warmup, "share of the steps in which the rate rises from 0; it then falls to 0", 0, 1);
    line.add("decay", "D", o.decay, "weight decay (biases and norms have none)", 0, 1);
    line.add("clip", "NORM", o.clip, "largest norm of all gradients together", 0, 1e30).above_least();
    line.add("dropout", "P", o.dropout, "probability with which a value is dropped in training", 0, 1).below_most();
    line.add("batch-sentences", "N", o.batch_sentences, "sequences a step", 1, 1 << 20);
    line.add("batch-tokens", "N", o.batch_tokens, "tokens a step at most, instead of a number of sequences; 0: by sequences", 0, 1 << 24)
        .not_with("batch-sentences");
    line.add("seed", "N", o.seed, "of order, dropout and a new head; the same seed gives the same bits");
    line.add("precision", "TYPE", o.precision, "f32, or bf16: products of rounded numbers, summed in f32, on the same f32 weights");
    line.flag("no-shuffle", o.no_shuffle, "take the sequences in the order of the file");
    line.add("threads", "N", o.threads, "threads; 0: all cores; any number gives the same bits", 0, hone::team::most_threads);
    line.add("steps", "N", o.steps, "stop after so many steps; the schedule stays that of --epochs; 0: all of them", 0, 1l << 40);
    line.add("log", "FILE", o.log, "file for one JSON object a step: step, epoch, loss, rate, gradient_norm, tokens, seconds");
    line.add("head", "FILE", o.head, "safetensors file with the head's tensors, by their own names, to start from");
    line.flag("plan", o.plan, "print the memory plan and stop");
    add_run_options(line, o.run);
}

/// Reads the words of a `train`; its exit code, or -1.
template <class Options>
int read_training_options(command_line& line, Options& o, int argc, char** argv) {
    const int code = line.read(argc, argv);
    o.run.facts = facts_of(line);
    return code;
}

/// The options of every `predict`; `model` and `threads` are those of training.
template <class Options>
void add_answer_options(command_line& line, Options& o, const char* input) {
    line.add("model", "DIR", o.model, "a folder that train saved").required();
    line.add("input", "FILE", o.input, input).required();
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
}

/// The definitions that a precision asks for. Error: options.precision.
inline variant variant_of_precision(const std::string& precision) {
    if (precision != "f32" && precision != "bf16")
        throw hone::error("options.precision", "no such precision", {}, "f32 or bf16", precision);
    variant v;
    if (precision == "bf16") v.definitions.emplace_back("HONE_BF16", "1");
    return v;
}
