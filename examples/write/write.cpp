// write: decoders. What each of its verbs takes stands in a file of its own beside this one. The
// program as it is built knows no decoder: a verb that needs one compiles itself for it (variant.hpp)
// and goes on as that program, in which its *_run.hpp is compiled too.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include <hone/meta/compact.hpp>

HONE_COMPACT_BEGIN // reads options and prints; what computes is in hone
#include "generate.hpp"
#include "logits.hpp"
#include "tokens.hpp"
#include "train.hpp"
#ifdef HONE_VERB_GENERATE
#include "generate_run.hpp"
#endif
#ifdef HONE_VERB_LOGITS
#include "logits_run.hpp"
#endif
#ifdef HONE_VERB_TRAIN
#include "train_run.hpp"
#endif

static int run_tokens(int argc, char** argv, char**) {
    token_options o;
    const int code = read_token_options(o, argc, argv);
    return code >= 0 ? code : tokens(o);
}
static int run_logits(int argc, char** argv, char** whole) {
    logits_options o;
    if (const int code = read_logits_options(o, argc, argv); code >= 0) return code;
    become(logits_variant(o), "write", whole);
#ifdef HONE_VERB_LOGITS
    return logits<HONE_NUMBERS>(o);
#else
    return 1;
#endif
}
static int run_train(int argc, char** argv, char** whole) {
    write_options o;
    if (const int code = read_write_options(o, argc, argv); code >= 0) return code;
    become(train_variant(o), "write", whole);
#ifdef HONE_VERB_TRAIN
    return train(o);
#else
    return 1;
#endif
}

static int run_generate(int argc, char** argv, char** whole) {
    generate_options o;
    if (const int code = read_generate_options(o, argc, argv); code >= 0) return code;
    become(generate_variant(o), "write", whole);
#ifdef HONE_VERB_GENERATE
    return generate<HONE_NUMBERS>(o);
#else
    return 1;
#endif
}

/// A verb and what it does with its arguments, and all there are; returns the program's exit code.
struct verb {
    std::string_view name;
    const char* help;
    int (*run)(int argc, char** argv, char** whole);
};
static constexpr verb verbs[] = {
    {"tokens", "the token ids of each line of a file, and the text of ids", run_tokens},
    {"logits", "the scores of all words behind each token, or the loss of each line", run_logits},
    {"train", "train a decoder, or an adapter over it, and save it", run_train},
    {"generate", "go on from a prompt, or from each line of a file", run_generate},
};

int main(int argc, char** argv) {
    const std::string_view command = argc > 1 ? argv[1] : "";
    try {
        for (const auto& one : verbs)
            if (one.name == command) return one.run(argc - 1, argv + 1, argv);
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "write: out of memory\n");
        return 1;
    } catch (const std::exception& e) {
        std::fprintf(stderr, "write: %s\n", e.what());
        return 1;
    }
    const bool asked = command == "--help" || command == "-h";
    std::FILE* const to = asked ? stdout : stderr;
    std::fputs("usage: write VERB [options]\n\n", to);
    for (const auto& one : verbs)
        std::fprintf(to, "  %-10.*s%s\n", static_cast<int>(one.name.size()), one.name.data(),
                     one.help);
    std::fputs("\nwrite VERB --help lists what it takes.\n", to);
    return asked ? 0 : 2;
}
HONE_COMPACT_END
