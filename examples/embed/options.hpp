// What `embed` is told: its commands, their options and defaults.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/team.hpp>

#include "../command_line.hpp"

struct train_options {
    std::string model, train, out, log;
    long epochs = 1, batch_sentences = 32, steps = 0;
    double rate = 2e-5, warmup = 0.1, decay = 0.01, clip = 1.0, dropout = 0.1, scale = 20;
    std::uint64_t seed = 0;
    bool no_shuffle = false;
    int threads = 0;
};
struct predict_options {
    std::string model, input;
    bool normalize = false;
    int threads = 0;
};

inline int read_train_options(train_options& o, int argc, char** argv) {
    command_line line("embed train", "Trains an encoder so that texts that belong together have vectors that point the same way.");
    line.add("model", "DIR", o.model, "checkpoint to start from: a folder with config.json, model.safetensors and its tokenizer").required();
    line.add("train", "FILE", o.train, "anchor, tab, positive and perhaps tab, negative in each line").required();
    line.add("out", "DIR", o.out, "folder to save to; replaced only if hone wrote it");
    line.add("scale", "S", o.scale, "what cosines are multiplied by before the softmax", 0, 1e4).above_least();
    line.add("epochs", "N", o.epochs, "times through the lines", 1, 1000000);
    line.add("batch-sentences", "N", o.batch_sentences, "anchors a step", 1, 1 << 20);
    line.add("rate", "R", o.rate, "highest learning rate", 0, 10);
    line.add("warmup", "SHARE", o.warmup, "share of the steps in which the rate rises from 0; it then falls to 0", 0, 1);
    line.add("decay", "D", o.decay, "weight decay (biases and norms have none)", 0, 1);
    line.add("clip", "NORM", o.clip, "largest norm of all gradients together", 0, 1e30).above_least();
    line.add("dropout", "P", o.dropout, "probability with which a value is dropped in training", 0, 1).below_most();
    line.add("seed", "N", o.seed, "of order and dropout; the same seed gives the same bits");
    line.flag("no-shuffle", o.no_shuffle, "take the lines in the order of the file");
    line.add("steps", "N", o.steps, "stop after so many steps; the schedule stays that of --epochs; 0: all of them", 0, 1l << 40);
    line.add("log", "FILE", o.log, "file for one JSON object a step: step, epoch, loss, rate, gradient_norm, tokens, seconds");
    line.add("threads", "N", o.threads, "threads; 0: all cores; any number gives the same bits", 0, hone::team::most_threads);
    return line.read(argc, argv);
}
inline int read_predict_options(predict_options& o, int argc, char** argv) {
    command_line line("embed predict", "Prints the vector of each line, the mean of all its tokens: numbers parted by blanks.");
    line.add("model", "DIR", o.model, "a folder that train saved, or a checkpoint").required();
    line.add("input", "FILE", o.input, "a text in each line; what follows a tab is passed over").required();
    line.flag("normalize", o.normalize, "vectors of Euclidean length 1");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}
