// What every program with verbs does: numbers as text, and `main` behind a message for every error.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <initializer_list>
#include <new>
#include <span>
#include <string>
#include <string_view>

#include <hone/file/error.hpp>

#include "signals.hpp"

/// The shortest form that reads back the same, with what JSON has no number for as null.
template <class Number>
std::string shortest(Number v) {
    if (!(v - v == Number(0))) return "null";
    char text[40];
    return {text, std::to_chars(text, text + sizeof text, v).ptr};
}
template <class Number>
std::string numbers_in_brackets(std::span<const Number> all) {
    std::string text = "[";
    for (const Number v : all) text += (text.size() > 1 ? "," : "") + shortest(v);
    return text + "]";
}

/// run(verb, argc, argv from the verb on, whole argv) behind a message for every error.
template <class Run>
int program_main(const char* name, const char* usage, std::initializer_list<std::string_view> verbs,
                 int argc, char** argv, Run run) {
    std::setvbuf(stdout, nullptr, _IOLBF,
                 1 << 16); // into a file or a pipe too, what is said stands in its order
    const std::string_view verb = argc > 1 ? argv[1] : "";
    if (std::find(verbs.begin(), verbs.end(), verb) == verbs.end()) {
        const bool asked = verb == "--help" || verb == "-h";
        std::fputs(usage, asked ? stdout : stderr);
        return asked ? 0 : 2;
    }
    report_lost_files();
    try {
        return after_printing(name, run(verb, argc - 1, argv + 1, argv));
    } catch (const std::bad_alloc&) {
        std::fprintf(stderr, "%s: out of memory\n", name);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "%s: %s\n", name, hone::printable(e.what()).c_str());
    }
    return 1;
}
