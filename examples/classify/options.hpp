// What `classify train` is told, with its defaults, and what is refused before anything starts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>

#include <string>
#include <vector>

struct train_options {
    std::string model, train, dev, test, out, log, head, text = "0", label = "1", precision = "f32";
    long epochs = 4, batch_sentences = 32, batch_tokens = 0, steps = 0;
    double rate = 3e-4, warmup = 0.1, decay = 0.01, clip = 1.0, dropout = 0.1;
    std::uint64_t seed = 0;
    bool no_shuffle = false, plan = false;
    int threads = 0;
};

inline void add_options(CLI::App& app, train_options& o) {
    app.add_option("--model", o.model, "checkpoint to start from: a folder with config.json, model.safetensors and its tokenizer")->required();
    app.add_option("--train", o.train, "examples: .tsv, .csv or .jsonl")->required();
    app.add_option("--dev", o.dev, "examples to watch while training; without it a tenth of --train is set aside, stratified by label");
    app.add_option("--test", o.test, "examples for the last report");
    app.add_option("--text", o.text, "column of the text: a number from 0, or a name, and then the first line of a TSV or CSV is a header")->capture_default_str();
    app.add_option("--label", o.label, "column of the label, likewise")->capture_default_str();
    app.add_option("--out", o.out, "folder to save to; replaced only if hone wrote it");
    app.add_option("--epochs", o.epochs, "times through the examples")->capture_default_str()->check(CLI::Range(1, 1000000));
    app.add_option("--rate", o.rate, "highest learning rate (a number an update)")->capture_default_str()->check(CLI::Range(0.0, 10.0));
    app.add_option("--warmup", o.warmup, "share of the steps in which the rate rises from 0; it then falls to 0")->capture_default_str()->check(CLI::Range(0.0, 1.0));
    app.add_option("--decay", o.decay, "weight decay of matrices (biases and norms have none)")->capture_default_str()->check(CLI::Range(0.0, 1.0));
    app.add_option("--clip", o.clip, "largest norm of all gradients together")->capture_default_str()->check(CLI::PositiveNumber);
    app.add_option("--dropout", o.dropout, "probability with which a value is dropped in training")->capture_default_str()->check([](const std::string& s) {
        const double p = std::atof(s.c_str());
        return p >= 0 && p < 1 ? std::string() : "a probability from 0 to below 1, not " + s;
    });
    auto* sentences = app.add_option("--batch-sentences", o.batch_sentences, "texts a step")->capture_default_str()->check(CLI::Range(1, 1 << 20));
    app.add_option("--batch-tokens", o.batch_tokens, "tokens a step at most, instead of a number of texts")->check(CLI::Range(1, 1 << 24))->excludes(sentences);
    app.add_option("--seed", o.seed, "of order, dropout and a new classifier; the same seed gives the same bits")->capture_default_str();
    app.add_option("--precision", o.precision, "f32")->capture_default_str();
    app.add_flag("--no-shuffle", o.no_shuffle, "take the examples in the order of the file");
    app.add_option("--threads", o.threads, "threads; 0: all cores; any number gives the same bits")->capture_default_str()->check(CLI::Range(0, 1024));
    app.add_option("--steps", o.steps, "stop after so many steps; the schedule stays that of --epochs")->check(CLI::Range(1l, 1l << 40));
    app.add_option("--log", o.log, "file for one JSON object a step: step, epoch, loss, rate, gradient_norm, tokens, seconds");
    app.add_option("--head", o.head, "safetensors file with classifier.weight and classifier.bias to start from");
    app.add_flag("--plan", o.plan, "print the memory plan and stop");
}
