// embed: vectors of texts, and training them on texts that belong together.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include "predict.hpp"
#include "train.hpp"

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16); // into a file or a pipe too, what is said stands in its order
    const std::string_view command = argc > 1 ? argv[1] : "";
    try {
        if (command == "train") {
            train_options o;
            const int code = read_train_options(o, argc - 1, argv + 1);
            return code >= 0 ? code : train(o);
        }
        if (command == "predict") {
            predict_options o;
            const int code = read_predict_options(o, argc - 1, argv + 1);
            return code >= 0 ? code : predict(o);
        }
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "embed: out of memory\n");
        return 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "embed: %s\n", e.what());
        return 1;
    }
    const bool asked = command == "--help" || command == "-h";
    std::fputs("usage: embed train|predict [options]\n\n"
               "  train     fine-tune a checkpoint on anchors, positives and negatives and save it\n"
               "  predict   the vector of each line of a file\n\n"
               "embed train --help lists what train takes, and so on.\n",
               asked ? stdout : stderr);
    return asked ? 0 : 2;
}
HONE_COMPACT_END
