// `write train`: what `train_run.hpp` is told, and which program it needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "../decoder.hpp"
#include "../training_options.hpp"

struct write_options : training_options {
    std::string adapter, adapter_from;
    long length = 512;
};

inline int read_write_options(write_options& o, int argc, char** argv) {
    o.dropout = 0;
    o.batch_sentences = 8;
    command_line line("write train",
                      "Trains a decoder on text, on prompts with completions or on chats, and "
                      "saves a folder that Python's transformers (or PEFT) opens.");
    add_training_options(
        line, o,
        "a text, whose documents are parted by blank lines and packed into rows; or JSON lines: "
        "{\"prompt\", \"completion\"}, or {\"messages\": [{\"role\", \"content\"}]}, each a row "
        "whose completion, or whose assistant's turns, are learnt",
        "the same kind of file to watch while training: its loss after each epoch, the best "
        "weights are kept");
    line.add("length", "N", o.length, "tokens of a row: documents are cut to it", 2, 1l << 24);
    line.add("adapter", "SPEC", o.adapter,
             "train adapters alone: METHOD:option=value,... as classify train does, "
             "lora:rank=8,alpha=16,on=q_proj+v_proj for instance; --out is then a folder for "
             "Python's PEFT");
    line.add("adapter-from", "DIR", o.adapter_from, "go on from the adapter in this folder")
        .not_with("adapter");
    return line.read(argc, argv);
}

inline variant train_variant(const write_options& o) {
    for (const auto* file : {&o.train, &o.dev}) // before a minute is spent on compiling
        if (std::error_code ignored; !file->empty() && !std::filesystem::exists(*file, ignored))
            throw hone::error("file.not_found", "no such file", {.file = *file}, "a file",
                              "nothing");
    auto v = decoder_variant(o.model, o.adapter, o.adapter_from, true);
    for (auto& one : variant_of_precision(o.precision).definitions)
        v.definitions.push_back(std::move(one));
    v.definitions.emplace_back("HONE_VERB_TRAIN", "1");
    return v;
}
