// How many processors a process may use: quotas as control groups write them, in a tree of files
// made here, and the affinity mask.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/processors.hpp>

#include <filesystem>
#include <fstream>

#include "test.hpp"

#if defined(__linux__)
#include <unistd.h>
#endif

namespace fs = std::filesystem;

namespace {

struct tree {
    fs::path root =
        fs::temp_directory_path() / ("hone-groups-" + std::to_string(static_cast<long>(getpid())));
    tree() { fs::create_directories(root); }
    ~tree() { fs::remove_all(root); }
    void file(const std::string& name, const std::string& text) const {
        fs::create_directories((root / name).parent_path());
        std::ofstream(root / name) << text;
    }
    int granted(const char* listed) const {
        return hone::processors_of_control_groups(listed, root.string());
    }
};

} // namespace

TEST_CASE("a quota is so many whole processors, at least one") {
    CHECK(hone::processors_of_quota("200000 100000\n") == 2);
    CHECK(hone::processors_of_quota("50000 100000") == 1);
    CHECK(hone::processors_of_quota("350000 100000") == 3);
    CHECK(hone::processors_of_quota("max 100000") == 0);
    CHECK(hone::processors_of_quota("-1\n 100000\n") == 0);
    CHECK(hone::processors_of_quota("") == 0);
    CHECK(hone::processors_of_quota("200000") == 0);
    CHECK(hone::processors_of_quota("nan 100000") == 0);
}
TEST_CASE("the least of a group and those around it counts") {
    const tree t;
    CHECK(t.granted("0::/a/b\n") == 0);
    t.file("a/b/cpu.max", "max 100000\n");
    t.file("a/cpu.max", "300000 100000\n");
    CHECK(t.granted("0::/a/b\n") == 3);
    t.file("cpu.max", "200000 100000\n"); // the root, as a container sees its own group
    CHECK(t.granted("0::/a/b\n") == 2);
    CHECK(t.granted("0::/elsewhere\n") == 2);
    CHECK(t.granted("0::/\n") == 2);
}
TEST_CASE("version 1 has a quota and a period apart, below its controller") {
    const tree t;
    t.file("cpu,cpuacct/job/cpu.cfs_quota_us", "150000\n");
    t.file("cpu,cpuacct/job/cpu.cfs_period_us", "50000\n");
    CHECK(t.granted("5:memory:/job\n4:cpu,cpuacct:/job\n") == 3);
    CHECK(t.granted("5:memory:/job\n") == 0);
    CHECK(t.granted("no such text") == 0);
}
#if defined(__linux__)
TEST_CASE("a process on one processor has one") {
    cpu_set_t before, one;
    REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    std::size_t first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    const int n = hone::usable_processors();
    REQUIRE(sched_setaffinity(0, sizeof before, &before) == 0);
    CHECK(n == 1);
    CHECK(hone::usable_processors() >= 1);
}
#endif
