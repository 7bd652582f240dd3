// embed: vectors of texts, and training them on texts that belong together: cross-entropy of scaled
// cosines, each anchor against all candidates of its batch. The checkpoint's pooler stays as it is.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include <hone/data/contrast.hpp>
#include <hone/layer/embed.hpp>
#include <hone/loss/contrast.hpp>

#include "../training.hpp"

struct text_embedder : hone::embed<encoder> {};

struct train_options : training_options {
    double scale = 20;
};
struct predict_options {
    std::string model, input;
    bool normalize = false;
    int threads = 0;
};

static int read_options(train_options& o, int argc, char** argv) {
    command_line line("embed train", "Trains an encoder so that the vectors of texts that belong together point the same way.");
    add_training_options(line, o, "in each line an anchor, a tab, its positive and perhaps a tab and a negative",
                         "more of them, for the loss after each epoch");
    line.add("scale", "S", o.scale, "what cosines are multiplied by before the softmax", 0, 1e4).above_least();
    return read_training_options(line, o, argc, argv);
}
static int read_options(predict_options& o, int argc, char** argv) {
    command_line line("embed predict", "Prints the vector of each line, the mean over all its tokens: numbers parted by blanks.");
    line.add("model", "DIR", o.model, "a folder that train saved, or a checkpoint").required();
    line.add("input", "FILE", o.input, "a text in each line; what follows a tab is passed over").required();
    line.flag("normalize", o.normalize, "vectors of Euclidean length 1");
    line.add("threads", "N", o.threads, "threads; 0: all cores", 0, hone::team::most_threads);
    return line.read(argc, argv);
}

static int train(const train_options& o) {
    begin_training(o);
    const hone::wordpiece tokenizer(o.model);
    const auto read = [&](const std::string& path) {
        const auto data = hone::encode_contrasts(hone::read_contrasts(path), tokenizer, HONE_POSITIONS);
        std::printf("%s: %zu anchors, %s negatives; %lld texts cut\n", path.c_str(), data.examples(),
                    data.negative.size() > 0 ? "with" : "without", static_cast<long long>(data.cut));
        return data;
    };
    const auto data = read(o.train);
    const auto dev = o.dev.empty() ? hone::contrast_dataset{} : read(o.dev);
    auto model = start_model<text_embedder>(o);
    hone::team workers(o.threads);
    constexpr auto loss = [](auto m, auto batch) {
        return hone::in_batch_contrast(hone::of_length_one(m(batch.tokens)), batch.sides, batch.label, hone::value<"scale", 20>);
    };
    auto step = training_step_of<hone::contrast_batch, hone::trainable<hone::on<"bert.**">>>(model, workers, o.seed, loss);
    step.set<"scale">(static_cast<float>(o.scale));
    auto program = hone::evaluate<hone::contrast_batch>(model, loss, workers);
    program.set<"scale">(static_cast<float>(o.scale));
    const auto mean_loss = [&] {
        decltype(program(hone::contrast_batch{})) all{};
        for (auto [epoch, n, batch] : hone::epochs(1, hone::batches(dev, hone::sentences_per_batch(o.batch_sentences), hone::no_shuffle)))
            all += program(batch);
        return all.value();
    };
    watched watch{.name = "loss", .score = {}, .least_is_best = true};
    if (!o.dev.empty()) watch.score = mean_loss;
    return run_training(o, data, model, step, workers, watch, saver(model, tokenizer));
}

template <bool Normalize>
int predict(const predict_options& o) {
    auto model = hone::load<text_embedder>(o.model);
    const hone::wordpiece tokenizer(o.model);
    hone::team workers(o.threads);
    auto program = hone::evaluate<hone::token_batch>(
        model,
        [](auto m, auto batch) {
            if constexpr (Normalize) return hone::of_length_one(m(batch.tokens));
            else return m(batch.tokens);
        },
        workers);
    hone::batch_rows texts; // some thousand tokens at a time
    const auto print = [&] {
        if (texts.ids.empty()) return;
        const auto rows = program({.tokens = texts.tokens()});
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::printf("%s%c", shortest(rows[i]).c_str(), (i + 1) % HONE_WIDTH == 0 ? '\n' : ' ');
        texts.clear();
    };
    const auto file = hone::read_file(o.input, std::size_t{1} << 32);
    std::vector<std::int32_t> ids;
    for (std::size_t at = 0; at < file.size();) { // a line ends at \n and nowhere else; a last one without it counts
        const auto end = std::min(file.find('\n', at), file.size());
        const auto line = std::string_view(file).substr(at, end - at);
        tokenizer.encode(line.substr(0, line.find('\t')), ids, HONE_POSITIONS);
        if (texts.ids.size() + ids.size() > 8192) print();
        texts.add(ids, {});
        at = end + 1;
    }
    print();
    return 0;
}

int main(int argc, char** argv) {
    return program_main("embed",
                        "usage: embed train|predict [options]\n\n"
                        "  train     fine-tune a checkpoint on anchors, positives and negatives and save it\n"
                        "  predict   the vector of each line of a file\n\n"
                        "embed train --help lists what train takes, and so on.\n",
                        {"train", "predict"}, argc, argv, [](std::string_view verb, int count, char** words, char** whole) {
                            if (verb == "predict") {
                                predict_options o;
                                const int code = read_options(o, count, words);
                                return code >= 0 ? code : o.normalize ? predict<true>(o) : predict<false>(o);
                            }
                            train_options o;
                            if (const int code = read_options(o, count, words); code >= 0) return code;
                            become(variant_of_precision(o.precision), "embed", whole);
                            return train(o);
                        });
}
HONE_COMPACT_END
