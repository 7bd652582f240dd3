// classify: fine-tune a BERT-type checkpoint to sort texts, and ask it afterwards.
// SPDX-License-Identifier: Apache-2.0
#include "train.hpp"

/// What a later version will take: said plainly, rather than as an unknown option.
static bool not_yet(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view a = argv[i];
        const bool precision = a == "--precision=bf16" || (a == "--precision" && i + 1 < argc && std::string_view(argv[i + 1]) == "bf16");
        if (precision || (i == 1 && a == "merge") || a == "--adapter" || a.starts_with("--adapter=") || a == "--adapter-from" || a.starts_with("--adapter-from=")) {
            std::fprintf(stderr, "classify: %s is not supported yet\n", precision ? "--precision bf16" : argv[i]);
            return true;
        }
    }
    return false;
}

int main(int argc, char** argv) {
    if (not_yet(argc, argv)) return 2;
    CLI::App app{"Fine-tunes a BERT-type checkpoint to classify texts, and uses the result"};
    app.require_subcommand(1);
    train_options o;
    auto* train_command = app.add_subcommand("train", "fine-tune a checkpoint on labelled texts and save a folder that Python's transformers opens");
    add_options(*train_command, o);
    std::string model, input;
    bool logits = false;
    int threads = 0;
    auto* predict_command = app.add_subcommand("predict", "label each line of a file: label, tab, probability");
    predict_command->add_option("--model", model, "a folder that train saved")->required();
    predict_command->add_option("--input", input, "a text in each line; what follows a tab is passed over")->required();
    predict_command->add_flag("--logits", logits, "after the label all logits, in the order of the labels' numbers");
    predict_command->add_option("--threads", threads, "threads; 0: all cores");
    auto* tokens_command = app.add_subcommand("tokens", "the token ids of each line of a file");
    tokens_command->add_option("--model", model, "a folder with a tokenizer")->required();
    tokens_command->add_option("--input", input, "a text in each line")->required();
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        const int code = app.exit(e);
        return code == 0 ? 0 : 2;
    }
    try {
        if (*train_command) {
            if (o.precision != "f32") throw hone::error("options.precision", "no such precision", {}, "f32", o.precision);
            return train(o);
        }
        return *predict_command ? predict(model, input, logits, threads) : tokens(model, input);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "classify: out of memory\n");
    } catch (const std::exception& e) {
        std::fprintf(stderr, "classify: %s\n", e.what());
    }
    return 1;
}
