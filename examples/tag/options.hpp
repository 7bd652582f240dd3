// What `tag` is told: its commands, their options and defaults.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/team.hpp>

#include "../command_line.hpp"

struct tag_options {
    std::string model, train, dev, test, input, out, log, head, precision = "f32";
    int token = 0, tag = -1, threads = 0;
    long epochs = 3, batch_sentences = 32, batch_tokens = 0, steps = 0;
    double rate = 5e-5, warmup = 0.1, decay = 0.01, clip = 1.0, dropout = 0.1;
    std::uint64_t seed = 0;
    bool no_shuffle = false, logits = false;
};

inline int read_train_options(tag_options& o, int argc, char** argv) {
    command_line line("tag train", "Fine-tunes a checkpoint to give each word of a sentence a label, and "
                                   "saves a folder that Python's transformers opens.");
    line.add("model", "DIR", o.model, "checkpoint to start from").required();
    line.add("train", "FILE", o.train, "columns parted by blanks or tabs, an empty line between sentences").required();
    line.add("dev", "FILE", o.dev, "sentences to watch while training; the best epoch is kept");
    line.add("test", "FILE", o.test, "sentences for the last report");
    line.add("token", "N", o.token, "column of the words, from 0; below 0: from the last", -1000, 1000);
    line.add("tag", "N", o.tag, "column of the tags, likewise", -1000, 1000);
    line.add("out", "DIR", o.out, "folder to save to; replaced only if hone wrote it");
    line.add("epochs", "N", o.epochs, "times through the sentences", 1, 1000000);
    line.add("rate", "R", o.rate, "highest learning rate", 0, 10);
    line.add("warmup", "SHARE", o.warmup, "share of the steps in which the rate rises from 0; it then falls to 0", 0, 1);
    line.add("decay", "D", o.decay, "weight decay (biases and norms have none)", 0, 1);
    line.add("clip", "NORM", o.clip, "largest norm of all gradients together", 0, 1e30).above_least();
    line.add("dropout", "P", o.dropout, "probability with which a value is dropped in training", 0, 1).below_most();
    line.add("batch-sentences", "N", o.batch_sentences, "sentences a step", 1, 1 << 20);
    line.add("batch-tokens", "N", o.batch_tokens, "tokens a step at most, instead; 0: by sentences", 0, 1 << 24).not_with("batch-sentences");
    line.add("seed", "N", o.seed, "of order, dropout and a new head; the same seed gives the same bits");
    line.add("precision", "TYPE", o.precision, "f32, or bf16: products of rounded numbers, summed in f32");
    line.flag("no-shuffle", o.no_shuffle, "take the sentences in the order of the file");
    line.add("threads", "N", o.threads, "threads; 0: all cores; any number gives the same bits", 0, hone::team::most_threads);
    line.add("steps", "N", o.steps, "stop after so many steps; 0: all of them", 0, 1l << 40);
    line.add("log", "FILE", o.log, "file for one JSON object a step: step, epoch, loss, rate, gradient_norm, tokens, seconds");
    line.add("head", "FILE", o.head, "safetensors file with classifier.weight and classifier.bias to start from");
    return line.read(argc, argv);
}
inline int read_predict_options(tag_options& o, int argc, char** argv) {
    command_line line("tag predict", "Labels the words of each sentence of a file: one JSON object a sentence.");
    line.add("model", "DIR", o.model, "a folder that train saved").required();
    line.add("input", "FILE", o.input, "columns parted by blanks or tabs, an empty line between sentences").required();
    line.add("token", "N", o.token, "column of the words, from 0; below 0: from the last", -1000, 1000);
    line.flag("logits", o.logits, "all logits of each word, in the order of the labels' numbers");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}
