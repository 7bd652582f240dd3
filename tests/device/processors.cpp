// SPDX-License-Identifier: Apache-2.0
#include <hone/device/processors.hpp>
#include <hone/device/team.hpp>

#include "file/temporary.hpp"
#include "test.hpp"

TEST_CASE("a quota is so many processors, rounded up") {
    CHECK(hone::detail::processors_of("200000 100000") == 2);
    CHECK(hone::detail::processors_of("150000 100000") == 2);
    CHECK(hone::detail::processors_of("1000 100000") == 1);
    for (const char* none : {"", "max 100000", "-1 100000", "0 100000", "100000", "100000 0"}) CHECK(hone::detail::processors_of(none) == 0);
}

TEST_CASE("the least quota of a group and those above it counts, in both versions") {
    const temporary_folder root;
    root.put("cpu.max", "max 100000\n");
    root.put("a/cpu.max", "300000 100000\n");
    root.put("a/b/cpu.max", "500000 100000\n");
    CHECK(hone::detail::quota_of(root.path.string(), "/a/b") == 3);
    CHECK(hone::detail::quota_of(root.path.string(), "/") == 0);
    CHECK(hone::detail::quota_of(root.path.string(), "/none") == 0);
    root.put("old/cpu.cfs_quota_us", "200000\n");
    root.put("old/cpu.cfs_period_us", "100000\n");
    CHECK(hone::detail::quota_of(root.path.string() + "/old", "") == 2);
}

#ifdef __linux__
TEST_CASE("a process that may use one processor has a team of one") {
    cpu_set_t before, one;
    REQUIRE(::sched_getaffinity(0, sizeof before, &before) == 0);
    CPU_ZERO(&one);
    for (int i = 0; i < CPU_SETSIZE; ++i)
        if (CPU_ISSET(i, &before) && CPU_COUNT(&one) == 0) CPU_SET(i, &one);
    REQUIRE(::sched_setaffinity(0, sizeof one, &one) == 0);
    const int usable = hone::usable_processors(), size = hone::team().size();
    ::sched_setaffinity(0, sizeof before, &before);
    CHECK(usable == 1);
    CHECK(size == 1);
    CHECK(hone::usable_processors() <= CPU_COUNT(&before));
}
#endif
