// `write logits`: what `logits_run.hpp` is told, and which program it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <hone/device/team.hpp>

#include "../command_line.hpp"
#include "../decoder.hpp"

struct logits_options {
    std::string model, adapter, input, precision = "f32";
    bool loss = false;
    int threads = 0;
};

inline int read_logits_options(logits_options& o, int argc, char** argv) {
    command_line line("write logits",
                      "A JSON object a line of text: its ids and the scores of all words behind "
                      "each token before softmax; with --loss the sum of -log of the probability "
                      "of each token but the first, and how many these are.");
    line.add("model", "DIR", o.model,
             "a folder with config.json, model.safetensors and its tokenizer")
        .required();
    line.add("adapter", "DIR", o.adapter, "folder of an adapter over it, hone's or PEFT's");
    line.add("input", "FILE", o.input, "a text in each line").required();
    line.flag("loss", o.loss, "ids, loss and tokens instead of scores");
    line.add("precision", "TYPE", o.precision, "f32, f64, or bf16 for products");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}

/// What a precision is compiled as. Error: options.precision.
inline std::string numbers_of_precision(const std::string& precision) {
    if (precision == "f64") return "double";
    if (precision == "bf16") return "float, hone::bf16";
    if (precision == "f32") return "float";
    throw hone::error("options.precision", "no such precision", {}, "f32, f64 or bf16", precision);
}
inline variant logits_variant(const logits_options& o) {
    auto v = decoder_variant(o.model, {}, o.adapter);
    v.definitions.emplace_back("HONE_VERB_LOGITS", "1");
    v.definitions.emplace_back("HONE_NUMBERS", numbers_of_precision(o.precision));
    return v;
}
