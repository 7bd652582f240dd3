// Programs compiled when they are first asked for: a choice of adapters, of what trains or of a precision is a type, and each type is a program of its
// own. A variant is the same source behind a few definitions; it stands beside the program that was built, under a name made from the choice,
// and is compiled with the command that the build left there. Made anew when it is older than that program.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <hone/file/error.hpp>
#include <hone/file/file.hpp>

/// A choice as definitions (name, value), empty for the program as it was built.
struct variant {
    std::vector<std::pair<std::string, std::string>> definitions;

    std::string text() const {
        std::string all;
        for (const auto& [name, value] : definitions) all += "#define " + name + " " + value + "\n";
        return all;
    }
    /// FNV-1a of the text, for the file's name.
    std::string mark() const {
        std::uint64_t h = 14695981039346656037ull;
        for (const char c : text()) h = (h ^ static_cast<unsigned char>(c)) * 1099511628211ull;
        static constexpr char digits[] = "0123456789abcdef";
        std::string mark;
        for (int i = 0; i < 12; ++i, h >>= 4) mark += digits[h & 15];
        return mark;
    }
};

/// What this program was compiled as.
#ifdef HONE_VARIANT
inline constexpr const char* compiled_variant = HONE_VARIANT;
#else
inline constexpr const char* compiled_variant = "";
#endif

namespace detail {

/// Runs a command with its output in a file; its exit code.
inline int run_command(const std::vector<std::string>& words, const std::filesystem::path& output) {
    std::vector<char*> argv;
    for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
    argv.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        const int to = ::open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (to >= 0) {
            ::dup2(to, 1);
            ::dup2(to, 2);
        }
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/// Removes what compilations that were killed have left beside `target`: "target.PID" and "target.PID.cpp".
inline void remove_abandoned(const std::filesystem::path& target) {
    const auto begin = target.filename().string() + ".";
    std::error_code ignored;
    std::vector<std::filesystem::path> left;
    for (std::filesystem::directory_iterator at(target.parent_path(), ignored), end; !ignored && at != end; at.increment(ignored)) {
        const auto name = at->path().filename().string();
        int process = 0;
        if (!name.starts_with(begin)) continue;
        const auto [stop, failed] = std::from_chars(name.data() + begin.size(), name.data() + name.size(), process);
        const std::string_view rest(stop, static_cast<std::size_t>(name.data() + name.size() - stop));
        if (failed == std::errc() && process > 0 && (rest.empty() || rest == ".cpp") && ::kill(process, 0) != 0 && errno == ESRCH) left.push_back(at->path());
    }
    for (const auto& path : left) std::filesystem::remove(path, ignored);
}
/// Compiles `source` as a variant into `target`, beside it first.
inline void compile_variant(const variant& v, const std::string& program, const std::filesystem::path& folder, const std::filesystem::path& target) {
    const auto recipe = folder / (program + ".compile"); // one word a line; the last is the source
    std::error_code ignored;
    if (!std::filesystem::exists(recipe, ignored))
        throw hone::error("variant.no_recipe", "this choice is a program of its own, and how to compile it is not known here", {.file = recipe.string()},
                          "a program in the folder where it was built", "none");
    std::vector<std::string> words;
    const auto text = hone::read_file(recipe, std::size_t{1} << 20);
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    remove_abandoned(target);
    const auto unique = "." + std::to_string(::getpid());
    const auto made = target.string() + unique, source = target.string() + unique + ".cpp", log = target.string() + ".log";
    hone::write_atomically(source, v.text() + "#define HONE_VARIANT \"" + v.mark() + "\"\n#include \"" + words.back() + "\"\n");
    words.back() = source;
    words.insert(words.end(), {"-o", made});
    std::fprintf(stderr, "%s: compiling the program for this choice, once; about half a minute\n", program.c_str());
    for (const auto& [name, value] : v.definitions) std::fprintf(stderr, "  %s\n", value.c_str());
    const auto begin = std::chrono::steady_clock::now();
    const int code = run_command(words, log);
    std::filesystem::remove(source, ignored);
    if (code != 0) {
        std::filesystem::remove(made, ignored);
        const auto all = hone::read_file(log, std::size_t{1} << 26);
        const auto first = all.find("error:");
        throw hone::error("variant.not_compiled", "the program for this choice does not compile: " + all.substr(first == all.npos ? 0 : first, 400), {.file = log}, "exit code 0",
                          std::to_string(code));
    }
    std::filesystem::rename(made, target); // whole, or not there: two who compile at once do not disturb each other
    std::fprintf(stderr, "%s: compiled in %.0f s, kept as %s\n", program.c_str(), std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(),
                 target.c_str());
}

} // namespace detail

/// Goes on as the program of this choice if this is not it: compiles it where it is not there, and becomes it. Returns where this is it.
inline void become(const variant& v, const std::string& program, char** argv) {
    if ((v.definitions.empty() ? std::string() : v.mark()) == compiled_variant) return;
    const auto self = std::filesystem::read_symlink("/proc/self/exe"), folder = self.parent_path(), built = folder / program;
    const auto target = v.definitions.empty() ? built : folder / (program + "-" + v.mark());
    std::error_code missing;
    const auto age = std::filesystem::last_write_time(target, missing);
    if (!v.definitions.empty() && (missing || age < std::filesystem::last_write_time(built))) detail::compile_variant(v, program, folder, target);
    ::execv(target.c_str(), argv);
    throw hone::error("variant.not_run", std::string("the program for this choice cannot be run: ") + std::strerror(errno), {.file = target.string()}, "a program", "");
}
