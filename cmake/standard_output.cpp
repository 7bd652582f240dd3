// Part of every program of hone's: output that could not be written (a full disk) makes the exit code 1, however the program ended.
// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <unistd.h>

namespace {

struct check_at_the_end {
    ~check_at_the_end() {
        if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return;
        std::fputs("what was printed could not be written\n", stderr);
        ::_exit(1);
    }
} check;

} // namespace
