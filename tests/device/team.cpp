// The team: everybody runs, meets at barriers, passes exceptions on, and takes nothing from the heap in a run.
// SPDX-License-Identifier: Apache-2.0
#include <hone/device/team.hpp>

#include "test.hpp"

#include <cstdlib>
#include <new>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace {
std::atomic<long> allocations{0};
}
void* operator new(std::size_t n) {
    ++allocations;
    if (void* p = std::malloc(n ? n : 1)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

TEST_CASE("every thread runs once, with its own number") {
    for (int threads : {1, 2, 3, 8}) {
        hone::team team(threads);
        CHECK(team.size() == threads);
        std::vector<int> seen(static_cast<std::size_t>(threads));
        for (int n = 0; n < 300; ++n) {
            team.run([&](int thread, int all) { seen[static_cast<std::size_t>(thread)] += all; });
        }
        for (int s : seen) CHECK(s == 300 * threads);
    }
    CHECK(hone::team().size() >= 1);
}

TEST_CASE("what one thread wrote before a barrier, all read behind it") {
    for (int threads : {1, 2, 3, 8}) {
        hone::team team(threads);
        std::vector<int> slot(static_cast<std::size_t>(threads)), sums(static_cast<std::size_t>(threads));
        for (int n = 0; n < 20; ++n)
            team.run([&](int thread, int) {
                for (int round = 1; round <= 10; ++round) {
                    slot[static_cast<std::size_t>(thread)] = round;
                    team.barrier();
                    sums[static_cast<std::size_t>(thread)] += std::accumulate(slot.begin(), slot.end(), 0);
                    team.barrier();
                }
            });
        for (int s : sums) CHECK(s == 20 * 55 * threads);
    }
}

TEST_CASE("the first exception comes out of run, also past a barrier that its thread never reached, and the team works on") {
    for (int threads : {1, 2, 5}) {
        hone::team team(threads);
        for (int n = 0; n < 20; ++n) {
            CHECK_THROWS_AS(team.run([&](int thread, int all) {
                if (thread == n % all) throw std::runtime_error("no");
                team.barrier();
            }),
                            std::runtime_error);
            std::atomic<int> count{0};
            team.run([&](int, int) { ++count; });
            CHECK(count == threads);
        }
        CHECK_THROWS_AS(team.run([](int, int) { throw 7; }), int);
    }
}

TEST_CASE("a run takes nothing from the heap, and the function is called as it stands") {
    hone::team team(4);
    const auto shared = [](int, int) {};
    struct counter {
        std::atomic<int> n{0};
        void operator()(int, int) { ++n; }
    } count;
    team.run(count);
    const long before = allocations;
    for (int n = 0; n < 50; ++n) {
        team.run(shared);
        team.run(count);
        team.run([&](int, int) { team.barrier(); });
    }
    CHECK(allocations == before);
    CHECK(count.n == 4 * 51);
}

TEST_CASE("a number of threads that cannot be is refused") {
    for (int threads : {-1, 5000}) {
        try {
            hone::team team(threads);
            FAIL("taken");
        } catch (const hone::error& e) {
            CHECK(e.code == "device.threads");
            CHECK(e.where.name == "threads");
            CHECK(e.found == std::to_string(threads));
            CHECK(e.expected == "0 (all processors) to 1023");
        }
    }
}

TEST_CASE("callers on several threads take turns") {
    for (int threads : {1, 2, 3}) {
        hone::team team(threads);
        std::vector<long> sums(4, 0);
        std::vector<std::thread> callers;
        for (std::size_t caller = 0; caller < sums.size(); ++caller)
            callers.emplace_back([&, caller] {
                std::vector<long> slot(static_cast<std::size_t>(threads));
                for (int n = 0; n < 500; ++n) {
                    team.run([&](int thread, int) {
                        slot[static_cast<std::size_t>(thread)] = n;
                        team.barrier();
                    });
                    for (long s : slot) sums[caller] += s;
                }
            });
        for (auto& c : callers) c.join();
        for (long s : sums) CHECK(s == threads * (499l * 500 / 2));
    }
}
