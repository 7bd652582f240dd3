// How many processors this process may use: what its affinity mask allows, and no more than the processor time that its control group gives (a container's
// limit). Threads beyond that number wait for each other. Cost: a few small files of the system, read once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdio>
#include <string>
#include <thread>

#ifdef __linux__
#include <sched.h>
#endif

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// The first line of a small file, without its end; empty where there is none.
inline std::string first_line(const std::string& path, const char* beginning = "") {
    std::string found;
    if (std::FILE* const file = std::fopen(path.c_str(), "r")) {
        char line[4096];
        while (found.empty() && std::fgets(line, sizeof line, file))
            if (const std::string text(line); text.starts_with(beginning)) found = text.substr(0, text.find('\n'));
        std::fclose(file);
    }
    return found;
}
/// Processors of a quota, rounded up: "200000 100000" is 2; 0 where there is none ("max 100000", "-1 100000").
inline int processors_of(const std::string& quota_and_period) {
    long quota = 0, period = 0;
    if (std::sscanf(quota_and_period.c_str(), "%ld %ld", &quota, &period) != 2 || quota <= 0 || period <= 0) return 0;
    return static_cast<int>(std::min((quota + period - 1) / period, 1l << 20));
}
/// The least quota of a control group and those above it; `root` is where the system shows them.
inline int quota_of(const std::string& root, std::string group) {
    int least = 0;
    const auto take = [&](int n) { least = n > 0 && (least == 0 || n < least) ? n : least; };
    for (;;) {
        take(processors_of(first_line(root + group + "/cpu.max")));
        take(processors_of(first_line(root + group + "/cpu.cfs_quota_us") + " " + first_line(root + group + "/cpu.cfs_period_us")));
        if (group.empty()) return least;
        group.resize(group.rfind('/') == group.npos ? 0 : group.rfind('/'));
    }
}

} // namespace detail

/// At least 1.
inline int usable_processors() {
    int count = static_cast<int>(std::thread::hardware_concurrency());
#ifdef __linux__
    cpu_set_t mask;
    if (::sched_getaffinity(0, sizeof mask, &mask) == 0 && CPU_COUNT(&mask) > 0) count = CPU_COUNT(&mask);
    const auto behind = [](const std::string& line) { return line.empty() ? line : line.substr(line.rfind(':') + 1); };
    for (const int quota : {detail::quota_of("/sys/fs/cgroup", behind(detail::first_line("/proc/self/cgroup", "0::"))), detail::quota_of("/sys/fs/cgroup/cpu", {})})
        if (quota > 0) count = std::min(count, quota);
#endif
    return std::max(count, 1);
}

} // namespace hone
HONE_COMPACT_END
