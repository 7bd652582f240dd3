// tag: fine-tune a BERT-type checkpoint to label words, and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include "../variant.hpp"
#include "train.hpp"

static int run(bool trains, int argc, char** argv, char** whole) {
    tag_options o;
    const int code = trains ? read_train_options(o, argc, argv) : read_predict_options(o, argc, argv);
    if (code >= 0) return code;
    if (o.precision != "f32" && o.precision != "bf16")
        throw hone::error("options.precision", "no such precision", {}, "f32 or bf16", o.precision);
    variant choice;
    if (o.precision == "bf16") choice.definitions = {{"HONE_BF16", "1"}};
    become(choice, "tag", whole);
    return trains ? train(o) : predict(o);
}

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16); // into a file or a pipe too, what is said stands in its order
    const std::string_view command = argc > 1 ? argv[1] : "";
    if (command != "train" && command != "predict") {
        const bool asked = command == "--help" || command == "-h";
        std::fputs("usage: tag train|predict [options]\n\n"
                   "  train     fine-tune a checkpoint on sentences with a tag a word and save it\n"
                   "  predict   label the words of each sentence of a file\n\n"
                   "tag train --help lists what train takes, and so on.\n",
                   asked ? stdout : stderr);
        return asked ? 0 : 2;
    }
    try {
        return run(command == "train", argc - 1, argv + 1, argv);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "tag: out of memory\n");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "tag: %s\n", e.what());
    }
    return 1;
}
HONE_COMPACT_END
