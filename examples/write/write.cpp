// write: decoders. What each of its verbs takes stands in a file of its own beside this one.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <exception>
#include <new>
#include <string_view>

#include <hone/meta/compact.hpp>

HONE_COMPACT_BEGIN // reads options and prints; what computes is in hone
#include "tokens.hpp"

static int run_tokens(int argc, char** argv) {
    token_options o;
    const int code = read_token_options(o, argc, argv);
    return code >= 0 ? code : tokens(o);
}

/// A verb and what it does: returns the program's exit code.
struct verb {
    std::string_view name;
    const char* help;
    int (*run)(int argc, char** argv);
};
static constexpr verb verbs[] = {
    {"tokens", "the token ids of each line of a file, and the text of ids", run_tokens},
};

int main(int argc, char** argv) {
    const std::string_view command = argc > 1 ? argv[1] : "";
    try {
        for (const auto& one : verbs)
            if (one.name == command) return one.run(argc - 1, argv + 1);
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
