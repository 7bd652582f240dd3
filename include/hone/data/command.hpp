// Texts through a command of the user's: back-translation, a paraphraser, whatever reads lines and writes as many. The command is run once by the
// shell; texts stand on its input, one a line (line ends within a text become blanks).
// Cost: the command's; a temporary file of the texts.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "hone/data/table.hpp"
#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

[[noreturn, gnu::cold]] inline void fail_command(const std::string& command, const char* what, const phrase& expected, const phrase& found) {
    throw error("data.command", what, {.name = command}, expected, found);
}

/// What a shell command writes when it reads an open file. Error: data.command.
inline std::string output_of(const std::string& command, std::FILE* input) {
    int ends[2];
    if (::pipe(ends) != 0) fail_command(command, "the command cannot be run", "", std::generic_category().message(errno));
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(::fileno(input), 0);
        ::dup2(ends[1], 1);
        ::close(ends[0]);
        ::close(ends[1]);
        ::execl("/bin/sh", "sh", "-c", command.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
    const int failed = child < 0 ? errno : 0;
    ::close(ends[1]);
    std::string output;
    char part[1 << 14];
    for (ssize_t n = 0; child > 0;) {
        n = ::read(ends[0], part, sizeof part);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        output.append(part, static_cast<std::size_t>(n));
    }
    ::close(ends[0]);
    if (failed) fail_command(command, "the command cannot be run", "", std::generic_category().message(failed));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (!WIFEXITED(status)) fail_command(command, "the command was ended by a signal", "an exit code of 0", WTERMSIG(status));
    if (WEXITSTATUS(status) != 0) fail_command(command, "the command failed", "an exit code of 0", WEXITSTATUS(status));
    return output;
}

} // namespace detail

/// What a command makes of texts, one for each. Error: data.command where it cannot be run, fails, or does not write one line a text.
inline std::vector<std::string> through_command(const std::vector<std::string>& texts, const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> input(std::tmpfile(), &std::fclose);
    if (!input) detail::fail_command(command, "no temporary file can be made", "", std::generic_category().message(errno));
    for (auto line : texts) {
        for (char& c : line)
            if (c == '\n' || c == '\r') c = ' ';
        line += '\n';
        std::fwrite(line.data(), 1, line.size(), input.get());
    }
    if (std::fflush(input.get()) != 0 || std::ferror(input.get()) != 0 || std::fseek(input.get(), 0, SEEK_SET) != 0)
        detail::fail_command(command, "the texts cannot be written", "", std::generic_category().message(errno));
    const std::string output = detail::output_of(command, input.get());
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin < output.size();) {
        const auto end = std::min(output.find('\n', begin), output.size());
        lines.push_back(output.substr(begin, end - begin));
        if (lines.back().ends_with('\r')) lines.back().pop_back();
        begin = end + 1;
    }
    if (lines.size() != texts.size()) detail::fail_command(command, "the command did not write one line a text", texts.size(), lines.size());
    return lines;
}

/// A table with the rows of `table` and those that the command made of their texts, behind all others; those that are no other text are left
/// out. Error: data.command.
inline text_table augment_through(const text_table& table, const std::string& command) {
    text_table result = table;
    const auto texts = through_command(table.text, command);
    const auto seconds = table.paired() ? through_command(table.second, command) : std::vector<std::string>();
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (texts[i] == table.text[i] && (seconds.empty() || seconds[i] == table.second[i])) continue;
        detail::append_row(result, table, i);
        result.text.back() = texts[i];
        if (!seconds.empty()) result.second.back() = seconds[i];
    }
    return result;
}

} // namespace hone
HONE_COMPACT_END
