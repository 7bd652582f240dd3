// The merges: looked up, refused where a pair stands twice, joined from the lowest rank and from
// the left.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <utility>
#include <vector>

#include <hone/tokens/pair_merges.hpp>

#include "test.hpp"

using merges = std::vector<hone::pair_merges::merge>;
using ids = std::vector<std::int32_t>;

namespace {

ids joined(const hone::pair_merges& by, ids symbols, std::size_t from = 0) {
    by.join(symbols, from);
    return symbols;
}

} // namespace

TEST_CASE("a pair is found with what it makes") {
    merges all;
    for (std::int32_t i = 0; i < 3000; ++i)
        all.push_back({i % 50, i / 50, static_cast<std::uint32_t>(i), 1000 + i});
    const hone::pair_merges made(all);
    CHECK(made.repeated() == hone::pair_merges::none);
    for (const auto& one : all) {
        const auto found = made.find(one.left, one.right);
        REQUIRE(found.rank == one.rank);
        REQUIRE(found.made == one.made);
    }
    CHECK(made.find(50, 0).rank == hone::pair_merges::no_rank);
    CHECK(made.find(0, 60).rank == hone::pair_merges::no_rank);
    CHECK(hone::pair_merges().find(0, 0).rank == hone::pair_merges::no_rank);
    all.push_back({7, 7, 3000, 9});
    CHECK(hone::pair_merges(all).repeated() == 3000);
}

TEST_CASE("the lowest rank is joined first, equal ones from the left") {
    const hone::pair_merges made(
        merges{{1, 2, 1, 12}, {2, 3, 0, 23}, {1, 1, 2, 11}, {12, 3, 3, 123}});
    CHECK(joined(made, {1, 2, 3}) == ids{1, 23});
    CHECK(joined(made, {1, 1, 1}) == ids{11, 1});
    CHECK(joined(made, {1, 2, 1, 2}) == ids{12, 12});
    CHECK(joined(made, {1, 2, 9, 3}, 2) == ids{1, 2, 9, 3});
    CHECK(joined(made, {}) == ids{});
    CHECK(joined(made, {1}) == ids{1});
    const hone::pair_merges equal(merges{{1, 2, 5, 3}, {2, 1, 5, 4}});
    CHECK(joined(equal, {2, 1, 2}) == ids{4, 2});
    CHECK(joined(equal, {1, 2, 1}) == ids{3, 1});
}

TEST_CASE("many symbols are joined as few are") {
    merges all;
    std::uint32_t state = 3, rank = 0;
    for (std::int32_t id = 4; id < 200; ++id) { // of symbols below, so that long ones come about
        state = state * 1664525 + 1013904223;
        const auto left = static_cast<std::int32_t>(state >> 8) % id;
        state = state * 1664525 + 1013904223;
        const auto right = static_cast<std::int32_t>(state >> 8) % id;
        all.push_back({left, right, rank++, id});
    }
    const hone::pair_merges made(all);
    for (int round = 0; round < 300; ++round) {
        ids symbols;
        for (int n = 0; n < 20 + round; ++n) {
            state = state * 1664525 + 1013904223;
            symbols.push_back(static_cast<std::int32_t>(state >> 8) % 4);
        }
        ids slow = symbols;
        for (;;) {
            hone::pair_merges::found best{hone::pair_merges::no_rank, -1};
            std::size_t at = 0;
            for (std::size_t i = 0; i + 1 < slow.size(); ++i)
                if (const auto pair = made.find(slow[i], slow[i + 1]); pair.rank < best.rank)
                    best = pair, at = i;
            if (best.rank == hone::pair_merges::no_rank) break;
            slow[at] = best.made;
            slow.erase(slow.begin() + static_cast<std::ptrdiff_t>(at) + 1);
        }
        REQUIRE(joined(made, symbols) == slow);
    }
}
