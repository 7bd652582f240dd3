// What `classify` is told: its commands, their options and defaults.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../training_options.hpp"

struct train_options : training_options {
    std::string text = "0", label, pair, task = "single", adapter, adapter_from, trainable;
    bool new_head = false;
    train_options() { epochs = 4, rate = 3e-4; }
};
/// Of `predict`, `tokens` and `merge`.
struct answer_options {
    std::string model, input, adapter, out, text, pair;
    bool logits = false;
    int threads = 0;
};

inline int read_train_options(train_options& o, int argc, char** argv) {
    command_line line("classify train", "Fine-tunes a BERT-type checkpoint on labelled texts and saves a folder that Python's transformers opens.");
    add_training_options(line, o, "examples: .tsv, .csv or .jsonl", "examples to watch while training; without it a tenth of --train is set aside, stratified by label");
    line.add("test", "FILE", o.test, "examples for the last report");
    line.add("task", "NAME", o.task, "single: one label a text; several: any number of labels, their names parted by |; number: a real number");
    line.add("text", "COLUMN", o.text, "column of the text: a number from 0, or a name, and then the first line of a TSV or CSV is a header");
    line.add("pair", "COLUMN", o.pair, "column of a second text, likewise: both are read together");
    line.add("label", "COLUMN", o.label, "column of the label, likewise; -1: the last (without it 1, or with --pair the last)");
    line.add("adapter", "SPEC", o.adapter, "train adapters and the classifier: METHOD:option=value,...; methods joined by + (lora, dora: rank, alpha, dropout, scaling=stabilised; adalora: rank, alpha, dropout; vera: rank, dropout; "
                                           "ia3; houlsby, pfeiffer, parallel: reduction; compacter: reduction, products; prefix, prompt, ptuning: tokens; on=a+b says around which modules; bitfit, norms); "
                                           "--out is then a folder for Python's PEFT, or for the adapters library");
    line.add("adapter-from", "DIR", o.adapter_from, "go on from the adapter in this folder").not_with("adapter");
    line.add("trainable", "SET", o.trainable, "what trains, besides the adapters where there are any: everything, last:N (layers), biases, norms, head, or patterns of weights: a.**,b.*");
    line.flag("new-head", o.new_head, "draw a new classifier, whatever labels the checkpoint's (or the adapter's) was trained for");
    return read_training_options(line, o, argc, argv);
}
inline int read_predict_options(answer_options& o, int argc, char** argv) {
    command_line line("classify predict", "Labels each line of a file: label, tab, probability. A model for any number of labels a text gives those that hold, parted by |, and the probability of each; one for numbers gives its number.");
    line.add("model", "DIR", o.model, "a folder that train saved").required();
    line.add("input", "FILE", o.input, "a text in each line, what follows a tab is passed over; or a .csv or .jsonl file, with --text").required();
    line.add("text", "COLUMN", o.text, "column of the text in a .csv or .jsonl file: a number from 0, or a name, and then the first line of a CSV is a header");
    line.add("pair", "COLUMN", o.pair, "column of a second text, likewise; a file of lines then has columns parted by tabs, the text in column 0 or as --text says");
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
