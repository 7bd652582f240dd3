// `write generate`: what `generate_run.hpp` is told, and which program it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include <hone/loop/sampling.hpp>

#include "logits.hpp"

/// How texts are written.
struct writing_options {
    std::string model, adapter, stop, precision = "f32";
    long most_new = 200, length = 0, slots = 16;
    hone::sampling how;
    int threads = 0;
};
inline void add_writing_options(command_line& line, writing_options& o) {
    line.add("model", "DIR", o.model, "a folder with config.json, model.safetensors and its tokenizer")
        .required();
    line.add("adapter", "DIR", o.adapter, "folder of an adapter over it, hone's or PEFT's");
    line.add("max-new", "N", o.most_new, "new tokens of a text at most", 1, 1l << 24);
    line.add("length", "N", o.length, "tokens of a text at most, with its prompt; 0: the model's positions",
             0, 1l << 24);
    line.add("temperature", "T", o.how.temperature, "0: always the best token", 0, 1e6);
    line.add("top-k", "K", o.how.top_k, "draw from the K best and what equals the K-th; 0: from all", 0,
             1 << 30);
    line.add("top-p", "P", o.how.top_p, "draw from the fewest of the best that have this share together",
             0, 1)
        .above_least();
    line.add("min-p", "P", o.how.min_p, "draw from those of at least this share of the best one's", 0, 1);
    line.add("repetition-penalty", "R", o.how.repetition_penalty,
             "what stands in the text already is less likely", 0, 1e6)
        .above_least();
    line.add("stop", "TEXT", o.stop, "end a text before this");
    line.add("seed", "S", o.how.seed, "draws: another seed, other texts");
    line.add("precision", "TYPE", o.precision, "f32, f64, or bf16 for products");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
}
inline variant writing_variant(const writing_options& o, const char* verb) {
    const auto numbers = numbers_of_precision(o.precision);
    auto v = decoder_variant(o.model, {}, o.adapter);
    v.definitions.emplace_back(verb, "1");
    v.definitions.emplace_back("HONE_NUMBERS", numbers);
    return v;
}

struct generate_options : writing_options {
    std::string prompt, input;
    bool ids = false;
};
inline int read_generate_options(generate_options& o, int argc, char** argv) {
    command_line line("write generate",
                      "Goes on from a prompt, as the text comes, or from each line of a file, all together: "
                      "a line of output each, the new text as a JSON string.");
    add_writing_options(line, o);
    line.add("prompt", "TEXT", o.prompt, "go on from this").not_with("input");
    line.add("input", "FILE", o.input, "go on from each line of this file");
    line.add("slots", "N", o.slots, "texts that are written at the same time", 1, 1l << 16);
    line.flag("ids", o.ids, "the new ids instead of the text, that of an end of text included");
    const int code = line.read(argc, argv);
    if (code >= 0) return code;
    if (o.prompt.empty() == o.input.empty()) {
        std::fprintf(stderr, "write generate: --prompt or --input, one of them\n");
        return 2;
    }
    return -1;
}
inline variant generate_variant(const generate_options& o) { return writing_variant(o, "HONE_VERB_GENERATE"); }
