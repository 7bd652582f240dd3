// Runs a command and prints the seconds that it took and the most memory that one of its processes held, as "seconds megabytes".
// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cstdio>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char** argument) {
    if (count < 2) return 2;
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
        execvp(argument[1], argument + 1);
        _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return 1;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    std::printf("%.2f %ld\n", seconds, used.ru_maxrss / 1024);
}
