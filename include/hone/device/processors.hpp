// How many processors this process may use: those of its affinity mask, and no more than the time
// that its control groups grant (Linux: cpu.max of version 2, cpu.cfs_quota_us of version 1, in its
// own group and in those around it). Elsewhere: what the machine has.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/meta/compact.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#if defined(__linux__)
#include <sched.h>
#endif

HONE_COMPACT_BEGIN
namespace hone {

/// Whole processors that a share of time comes to, from the text of cpu.max ("200000 100000"); 0:
/// "max", or not such a text.
inline int processors_of_quota(std::string_view text) {
    const std::string all(text); // a number needs an end
    char* end = nullptr;
    const double quota = std::strtod(all.c_str(), &end);
    if (end == all.c_str()) return 0;
    const char* rest = end;
    const double period = std::strtod(rest, &end);
    if (end == rest || !(quota > 0) || !(period > 0)) return 0;
    return static_cast<int>(std::clamp(quota / period, 1.0, 1e6));
}

namespace detail {

/// The beginning of a small file; empty where it cannot be read.
inline std::string beginning_of(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "r"),
                                                               std::fclose);
    std::string text(file ? 4096 : 0, '\0');
    if (file) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
    return text;
}
/// The least that a group and those around it grant; 0: no limit.
inline int processors_of_groups(const std::string& mount, std::string group, bool second_version) {
    int least = 0;
    for (;;) {
        const std::string folder = mount + (group == "/" ? "" : group);
        const auto text = second_version ? beginning_of(folder + "/cpu.max")
                                         : beginning_of(folder + "/cpu.cfs_quota_us") + " " +
                                               beginning_of(folder + "/cpu.cfs_period_us");
        if (const int n = processors_of_quota(text); n > 0 && (least == 0 || n < least)) least = n;
        if (group.empty() || group == "/") return least;
        group.resize(group.rfind('/'));
    }
}

} // namespace detail

/// What the control groups listed in the text of /proc/self/cgroup grant, their files below `root`;
/// 0: no limit.
inline int processors_of_control_groups(std::string_view listed, const std::string& root) {
    int least = 0;
    while (!listed.empty()) {
        const auto end = std::min(listed.find('\n'), listed.size());
        const auto line = listed.substr(0, end);
        listed.remove_prefix(std::min(end + 1, listed.size()));
        const auto one = line.find(':'), two = line.find(':', one == line.npos ? one : one + 1);
        if (two == line.npos) continue;
        const auto controllers = line.substr(one + 1, two - one - 1), group = line.substr(two + 1);
        const bool of_cpu =
            ("," + std::string(controllers) + ",").find(",cpu,") != std::string::npos;
        if (!controllers.empty() && !of_cpu) continue;
        if (group.empty() || group[0] != '/') continue;
        for (const char* mount : {"", "/cpu", "/cpu,cpuacct"}) {
            if (controllers.empty() != (*mount == 0)) continue;
            // where a container shows its own group as the root of the tree, the path that is
            // listed is not there, and the root holds the limit
            const int n =
                detail::processors_of_groups(root + mount, std::string(group), controllers.empty());
            if (n > 0 && (least == 0 || n < least)) least = n;
        }
    }
    return least;
}

/// At least 1.
inline int usable_processors() {
    int n = static_cast<int>(std::thread::hardware_concurrency());
#if defined(__linux__)
    constexpr int most = 4096; // processors of a mask
    std::unique_ptr<cpu_set_t, void (*)(cpu_set_t*)> mask(CPU_ALLOC(most),
                                                          [](cpu_set_t* m) { CPU_FREE(m); });
    if (mask && sched_getaffinity(0, CPU_ALLOC_SIZE(most), mask.get()) == 0)
        n = CPU_COUNT_S(CPU_ALLOC_SIZE(most), mask.get());
    if (const int granted = processors_of_control_groups(detail::beginning_of("/proc/self/cgroup"),
                                                         "/sys/fs/cgroup");
        granted > 0)
        n = std::min(n, granted);
#endif
    return std::max(n, 1);
}

} // namespace hone
HONE_COMPACT_END
