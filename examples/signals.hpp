// What a program does about signals: those that ask it to end are noted, so that it can finish what it has begun; a full disk and a reader that has gone
// are errors of a write, not the end; a mapped file that somebody shortens ends it with a sentence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

/// The signal that asked the program to end; 0: none.
inline std::atomic<int> interrupted{0};

/// Ctrl-C, a request to end, a terminal that is closed, used up processor time: noted, and the same one again ends at once. What whoever started the program
/// has told it to pass over (nohup) stays so.
inline void note_requests_to_end() {
    for (const int which : {SIGINT, SIGTERM, SIGHUP, SIGXCPU}) {
        struct sigaction before {};
        if (::sigaction(which, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        std::signal(which, [](int again) {
            if (interrupted.exchange(again) == again) std::_Exit(128 + again);
        });
    }
}

/// Whoever reads what the program says may go; what it learns is kept, and its exit code tells.
inline void go_on_without_a_reader() { std::signal(SIGPIPE, SIG_IGN); }

/// At the beginning of a program: a disk or a limit that is full is reported by the write, and a page of a mapped file that is no longer there is an error.
inline void report_lost_files() {
    std::signal(SIGXFSZ, SIG_IGN);
    std::signal(SIGBUS, [](int) {
        constexpr std::string_view text = "a file that was being read was shortened or cannot be read any more [file.changed]\n";
        (void)!::write(2, text.data(), text.size());
        std::_Exit(1);
    });
}

/// The exit code of a program that has ended with `code`: 1 where what it printed could not be written.
inline int after_printing(const char* program, int code) {
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
    std::clearerr(stdout); // said once
    std::fprintf(stderr, "%s: what was printed could not be written\n", program);
    return code == 0 ? 1 : code;
}
