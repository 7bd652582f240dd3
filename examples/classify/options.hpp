// What `classify` is told: its commands, their options and defaults.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/team.hpp>

#include "../run_options.hpp"

struct train_options {
    std::string model, train, dev, test, out, log, head, text = "0", label = "1", precision = "f32", adapter, adapter_from, trainable;
    long epochs = 4, batch_sentences = 32, batch_tokens = 0, steps = 0;
    double rate = 3e-4, warmup = 0.1, decay = 0.01, clip = 1.0, dropout = 0.1;
    std::uint64_t seed = 0;
    bool no_shuffle = false, plan = false, new_head = false;
    int threads = 0;
    run_options run;
};
/// Of `predict`, `tokens` and `merge`.
struct answer_options {
    std::string model, input, adapter, out, text;
    bool logits = false;
    int threads = 0;
};

inline int read_train_options(train_options& o, int argc, char** argv) {
    command_line line("classify train", "Fine-tunes a BERT-type checkpoint on labelled texts and saves a folder that Python's transformers opens.");
    line.add("model", "DIR", o.model, "checkpoint to start from: a folder with config.json, model.safetensors and its tokenizer").required();
    line.add("train", "FILE", o.train, "examples: .tsv, .csv or .jsonl").required();
    line.add("dev", "FILE", o.dev, "examples to watch while training; without it a tenth of --train is set aside, stratified by label");
    line.add("test", "FILE", o.test, "examples for the last report");
    line.add("text", "COLUMN", o.text, "column of the text: a number from 0, or a name, and then the first line of a TSV or CSV is a header");
    line.add("label", "COLUMN", o.label, "column of the label, likewise");
    line.add("out", "DIR", o.out, "folder to save to; replaced only if hone wrote it");
    line.add("epochs", "N", o.epochs, "times through the examples", 1, 1000000);
    line.add("rate", "R", o.rate, "highest learning rate", 0, 10);
    line.add("warmup", "SHARE", o.warmup, "share of the steps in which the rate rises from 0; it then falls to 0", 0, 1);
    line.add("decay", "D", o.decay, "weight decay (biases and norms have none)", 0, 1);
    line.add("clip", "NORM", o.clip, "largest norm of all gradients together", 0, 1e30).above_least();
    line.add("dropout", "P", o.dropout, "probability with which a value is dropped in training", 0, 1).below_most();
    line.add("batch-sentences", "N", o.batch_sentences, "texts a step", 1, 1 << 20);
    line.add("batch-tokens", "N", o.batch_tokens, "tokens a step at most, instead of a number of texts; 0: by texts", 0, 1 << 24).not_with("batch-sentences");
    line.add("seed", "N", o.seed, "of order, dropout and a new classifier; the same seed gives the same bits");
    line.add("precision", "TYPE", o.precision, "f32, or bf16: products of rounded numbers, summed in f32, on the same f32 weights");
    line.flag("no-shuffle", o.no_shuffle, "take the examples in the order of the file");
    line.add("threads", "N", o.threads, "threads; 0: all cores; any number gives the same bits", 0, hone::team::most_threads);
    line.add("steps", "N", o.steps, "stop after so many steps; the schedule stays that of --epochs; 0: all of them", 0, 1l << 40);
    line.add("log", "FILE", o.log, "file for one JSON object a step: step, epoch, loss, rate, gradient_norm, tokens, seconds");
    line.add("adapter", "SPEC", o.adapter, "train adapters and the classifier: METHOD:option=value,...; methods joined by + (lora, dora: rank, alpha, dropout, scaling=stabilised; adalora: rank, alpha, dropout; vera: rank, dropout; "
                                           "ia3; houlsby, pfeiffer, parallel: reduction; compacter: reduction, products; prefix, prompt, ptuning: tokens; on=a+b says around which modules; bitfit, norms); "
                                           "--out is then a folder for Python's PEFT, or for the adapters library");
    line.add("adapter-from", "DIR", o.adapter_from, "go on from the adapter in this folder").not_with("adapter");
    line.add("trainable", "SET", o.trainable, "what trains, besides the adapters where there are any: everything, last:N (layers), biases, norms, head, or patterns of weights: a.**,b.*");
    line.add("head", "FILE", o.head, "safetensors file with classifier.weight and classifier.bias to start from");
    line.flag("new-head", o.new_head, "draw a new classifier, whatever labels the checkpoint's (or the adapter's) was trained for");
    line.flag("plan", o.plan, "print the memory plan and stop");
    add_run_options(line, o.run);
    const int code = line.read(argc, argv);
    o.run.facts = facts_of(line);
    return code;
}
inline int read_predict_options(answer_options& o, int argc, char** argv) {
    command_line line("classify predict", "Labels each line of a file: label, tab, probability. A model for any number of labels a text gives those that hold, parted by |, and the probability of each; one for numbers gives its number.");
    line.add("model", "DIR", o.model, "a folder that train saved").required();
    line.add("input", "FILE", o.input, "a text in each line, what follows a tab is passed over; or a .csv or .jsonl file, with --text").required();
    line.add("text", "COLUMN", o.text, "column of the text in a .csv or .jsonl file: a number from 0, or a name, and then the first line of a CSV is a header");
    line.add("adapter", "DIR", o.adapter, "folder of an adapter, hone's or PEFT's, for the checkpoint in --model");
    line.flag("logits", o.logits, "after the label all logits, in the order of the labels' numbers");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}
inline int read_merge_options(answer_options& o, int argc, char** argv) {
    command_line line("classify merge", "Puts an adapter into the weights of its model and saves a plain folder; says how far the answers are apart.");
    line.add("model", "DIR", o.model, "the checkpoint that the adapter was trained on").required();
    line.add("adapter", "DIR", o.adapter, "folder of the adapter").required();
    line.add("out", "DIR", o.out, "folder to save to; replaced only if hone wrote it").required();
    line.add("input", "FILE", o.input, "texts to compare answers on, one a line (without: a few sentences)");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}
inline int read_tokens_options(answer_options& o, int argc, char** argv) {
    command_line line("classify tokens", "Prints the token ids of each line of a file.");
    line.add("model", "DIR", o.model, "a folder with a tokenizer").required();
    line.add("input", "FILE", o.input, "a text in each line").required();
    return line.read(argc, argv);
}
