// pretrain: go on with the training of an encoder on plain text (hidden words, next sentences), and
// read its scores of words.
// SPDX-License-Identifier: Apache-2.0
#include <hone/hone.hpp>

HONE_COMPACT_BEGIN // reads options, prints and waits; what computes is in hone
#include "model.hpp"

/// The sequences of a file, in which tokens are hidden.
static hone::pretraining_dataset<masked_texts> read_sequences(const std::string& path, const hone::wordpiece& tokenizer,
                                                              const text_options& text, std::uint64_t seed) {
    auto how = hone::masking_of(tokenizer, seed);
    how.share = text.share;
    how.whole_words = text.whole_words;
    return sequences_of(hone::documents(path), tokenizer, std::move(how), text);
}

static int train(const training_options& o, const text_options& text) {
    begin_training(o);
    const hone::wordpiece tokenizer(o.model);
    const auto data = read_sequences(o.train, tokenizer, text, o.seed);
    hone::pretraining_dataset<masked_texts> dev;
    if (!o.dev.empty()) dev = read_sequences(o.dev, tokenizer, text, o.seed);
    auto model = start_model<word_predictor>(o);
    hone::team workers(o.threads);
    auto step = training_step_of<masked_texts>(model, workers, o.seed, pretraining_loss);
    auto program = hone::evaluate<masked_texts>(model, pretraining_loss, workers);
    watched watch{"loss", {}, true};
    if (!o.dev.empty())
        watch.score = [&] {
            decltype(program(std::declval<const masked_texts&>())) all;
            for (auto [epoch, n, batch] : hone::epochs(1, hone::batches(dev, hone::tokens_per_batch(8192), hone::no_shuffle)))
                all += program(batch);
            return all.value();
        };
    return run_training(o, data, model, step, workers, watch, saver(model, tokenizer));
}

/// `{"logits": [[...] a hidden token], "nsp": [a, b] or null}` a line, tokens in the order given.
static int predict(const std::string& folder, const std::string& input, int threads) {
    const auto data = hone::parse_masked<masked_texts>(hone::read_file(input, std::size_t{1} << 32), input);
    auto model = trained_model<word_predictor>(folder, "pretrain");
    hone::team workers(threads);
    auto words = hone::evaluate<masked_texts>(model, scores_of_words, workers);
    auto next = next_program(model, workers);
    std::size_t line = 0;
    std::vector<std::string> rows;
    for (auto [epoch, n, batch] : hone::epochs(1, hone::batches(data, hone::tokens_per_batch(1024), hone::no_shuffle))) {
        const std::size_t hidden = batch.masked.rows.size(), width = HONE_VOCABULARY;
        const auto scores = hidden > 0 ? words(batch) : std::span<const float>();
        const auto follows = scores_in(next, batch);
        std::size_t row = 0;
        for (std::size_t i = 0; i + 1 < batch.tokens.offsets.size(); ++i, ++line) {
            rows.resize(static_cast<std::size_t>(data.hidden(line)));
            for (std::size_t k = 0; k < rows.size(); ++k, ++row)
                rows[static_cast<std::size_t>(data.given[static_cast<std::size_t>(data.masked_offsets[line]) + k])] =
                    numbers_in_brackets(scores.subspan(row * width, width));
            std::fputs("{\"logits\": [", stdout);
            for (std::size_t k = 0; k < rows.size(); ++k) std::printf("%s%s", k ? ", " : "", rows[k].c_str());
            std::printf("], \"nsp\": %s}\n", has_next ? numbers_in_brackets(follows.subspan(2 * i, 2)).c_str() : "null");
        }
    }
    return 0;
}

static int run(std::string_view verb, int argc, char** argv, char** whole) {
    if (verb == "train") {
        training_options o;
        text_options text;
        command_line line("pretrain train", "Goes on with the training of an encoder on plain text "
                                            "and saves a folder that Python's transformers opens.");
        add_training_options(line, o, "text: a sentence or paragraph a line, a blank line between documents",
                             "text to watch while training: the loss after each epoch, the best weights are kept");
        line.add("objective", "NAME", text.objective,
                 "mlm: find hidden words; mlm+nsp: and tell whether a second stretch of text "
                 "follows the first");
        line.add("length", "N", text.length, "tokens of a sequence at most, special ones included", 4, HONE_POSITIONS);
        line.add("share", "P", text.share,
                 "share of the tokens that are hidden, drawn anew in each epoch: of these 80 % "
                 "become [MASK], 10 % any word, 10 % stay",
                 0, 1)
            .above_least();
        line.flag("whole-words", text.whole_words, "hide all pieces of a word together");
        line.flag("by-line", text.by_line, "mlm: each line a sequence of its own, instead of as many as fit");
        if (const int code = read_training_options(line, o, argc, argv); code >= 0) return code;
        if (text.objective != "mlm" && text.objective != "mlm+nsp")
            throw hone::error("options.objective", "no such objective of an encoder", {}, "mlm or mlm+nsp (decoders: write train)",
                              text.objective);
        auto v = variant_of_precision(o.precision);
        add_objective(v, text.objective == "mlm+nsp");
        become(v, "pretrain", whole);
        return train(o, text);
    }
    std::string model, input;
    bool logits = false;
    int threads = 0;
    command_line line("pretrain predict", "The scores of all words at the hidden tokens of each line.");
    line.add("model", "DIR", model, "a folder that train saved").required();
    line.add("input", "FILE", input, "JSON lines: ids, masked (rows of hidden tokens) and perhaps types").required();
    line.flag("logits", logits,
              "print the scores before softmax, a JSON object a line: logits, nsp; the one form of "
              "output there is");
    line.add("threads", "N", threads, "threads; 0: all cores", 0, hone::team::most_threads);
    if (const int code = line.read(argc, argv); code >= 0) return code;
    variant v;
    add_objective(v, folder_has_next(model));
    become(v, "pretrain", whole);
    return predict(model, input, threads);
}

int main(int argc, char** argv) {
    return program_main("pretrain",
                        "usage: pretrain train|predict [options]\n\n"
                        "  train     go on with the training of a checkpoint on text and save it\n"
                        "  predict   scores of words at hidden tokens\n\n"
                        "pretrain train --help lists what train takes, and so on.\n",
                        {"train", "predict"}, argc, argv, run);
}
HONE_COMPACT_END
