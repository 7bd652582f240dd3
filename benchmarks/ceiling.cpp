// The ceilings of this machine as one line of JSON: multiply-adds of f32 and of bf16 (operations a second) and a stream that reads two
// arrays and writes one (bytes a second), on so many threads.   usage: ceiling [--threads N] [--megabytes N]
// SPDX-License-Identifier: Apache-2.0
#include "ceiling.hpp"

#include <cstdio>

#include "../examples/command_line.hpp"

int main(int argc, char** argv) {
    int threads = 0, megabytes = 512;
    command_line line("ceiling", "What the machine can do at most.");
    line.add("threads", "N", threads, "threads; 0: all cores", 0, hone::team::most_threads);
    line.add("megabytes", "N", megabytes, "size of the two arrays that are streamed, together", 1, 1 << 16);
    if (const int code = line.read(argc, argv); code >= 0) return code;
    hone::team workers(threads);
    const long n = static_cast<long>(megabytes) * (1 << 17);
    hone::storage<float> x(static_cast<std::size_t>(n)), y(static_cast<std::size_t>(n));
    std::fill(x.begin(), x.end(), 1.0f);
    std::fill(y.begin(), y.end(), 1.0f);
    const double f32 = ceilings::best_of(80, [&] { return ceilings::multiply_adds<float>(workers); });
    const double bf16 = ceilings::best_of(80, [&] { return ceilings::multiply_adds<hone::bf16>(workers); });
    const double bytes = ceilings::best_of(6, [&] { return ceilings::stream(workers, x.data(), y.data(), n); });
    std::printf("{\"threads\": %d, \"f32\": %.4g, \"bf16\": %.4g, \"bf16_instruction\": %s, \"stream\": %.4g, \"lanes\": %d}\n",
                workers.size(), f32, bf16, ceilings::has_bf16 ? "true" : "false", bytes, hone::on_cpu::lanes<float>);
}
