// 09: fine-tuning an adapter in one page: the sample of docs/design.md. Needs a folder with a checkpoint of MiniLM-L6's shape (the quickstart
// fetches one) and a TSV of reviews with labels 0 and 1:   09_the_sample FOLDER TRAIN.tsv OUT_FOLDER
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include <hone/hone.hpp>
using namespace hone;

struct sentiment : classify<bert<layers<6>, width<384>, heads<12>, inner<1536>, vocabulary<30522>>, classes<2>> {};
struct tuned : adapt<sentiment, lora<rank<8>, alpha<16>>, on<"**.attention.query", "**.attention.value">> {};

int main(int argc, char** argv) try {
    if (argc < 4) {
        std::printf("skipped: %s FOLDER TRAIN.tsv OUT_FOLDER, with a checkpoint in FOLDER\n", argv[0]);
        return 77;
    }
    const std::string minilm = argv[1], train = argv[2], out = argv[3];

    auto model     = load<tuned>(minilm);                                     // every tensor bound, or an error that names it
    auto reviews   = tsv(train, wordpiece(minilm), text_column{0}, label_column{1});
    auto step      = differentiate(model, trainable<on<"classifier.**", "**.lora.*">>{},
                         [](auto m, auto batch) { return cross_entropy(m(batch.tokens), batch.label); });
    auto optimizer = chain(clip_by_global_norm(1.0f), adamw{.rate = linear_warmup(2e-4f, 100, 2000), .decay = 0.01f});
    auto state     = optimizer.start(step.weights());

    for (auto [epoch, n, batch] : epochs(3, batches(reviews, tokens_per_batch(4096), seed(7)))) {
        auto [loss, gradients] = step(batch);                                 // forward and backward, fused, no allocation
        optimizer.step(step.weights(), gradients, state);
        if (n % 50 == 0) std::printf("epoch %d step %d loss %.4f\n", epoch, n, loss);
    }
    save_adapter(model, out, {"0", "1"});                                     // a folder that Python's PEFT opens
} catch (const error& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
}
