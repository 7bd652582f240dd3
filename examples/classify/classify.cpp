// classify: fine-tune a BERT-type checkpoint to sort texts, and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include "merge.hpp"
#include "train.hpp"

/// Products of another precision are another program: this one gives way to the one that was compiled beside it.
static int give_way(const std::string& precision, char** argv) {
    const std::string name = precision == "f32" ? "classify" : "classify_" + precision; // variants of a choice are compiled for one precision
    const auto other = std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
    ::execv(other.c_str(), argv);
    throw hone::error("options.precision", "training in " + precision + " is a program of its own, which cannot be run (" + std::strerror(errno) + ")",
                      {.file = other.string()}, "that program; to compile it: cmake --build build/release --target " + name, "");
}

static int run(std::string_view command, int argc, char** argv, char** whole) {
    if (command == "train") {
        train_options o;
        const int code = read_train_options(o, argc, argv);
        if (code < 0 && o.precision != "f32" && o.precision != "bf16")
            throw hone::error("options.precision", "no such precision", {}, "f32 or bf16", o.precision);
        if (code >= 0) return code;
        become(chosen_variant(o), "classify", whole);
        return o.precision != compiled_precision ? give_way(o.precision, whole) : train(o);
    }
    answer_options o;
    const bool predicts = command == "predict", merges = command == "merge";
    const int code = predicts ? read_predict_options(o, argc, argv) : merges ? read_merge_options(o, argc, argv) : read_tokens_options(o, argc, argv);
    if (code >= 0) return code;
    if (predicts || merges) {
        const auto choice = chosen_variant({}, o.adapter, {});
        if (!choice.definitions.empty()) check_before_compiling(o.model, o.adapter);
        become(choice, "classify", whole);
    }
    return predicts ? predict(o) : merges ? merge(o) : tokens(o);
}

int main(int argc, char** argv) {
    return program_main("classify",
                        "usage: classify train|predict|merge|tokens [options]\n\n"
                        "  train     fine-tune a checkpoint on labelled texts and save it\n"
                        "  predict   label each line of a file\n"
                        "  merge     put an adapter into the weights of its model\n"
                        "  tokens    the token ids of each line of a file\n\n"
                        "classify train --help lists what train takes, and so on.\n",
                        {"train", "predict", "merge", "tokens"}, argc, argv, run);
}
HONE_COMPACT_END
