// Where values stand in regions that they share over time. All are known before the first is placed, so the largest go first and a frame that is
// needed twice (a block's, in the forward and in the backward loop) leaves its place to others in between.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/expression/plan.hpp"

namespace hone::detail {

/// Places in regions over lifetimes: the largest first, each where nothing stands that lives at the same time; offsets in one unit.
struct shelf {
    struct request {
        long* to; ///< its offset
        int region;
        long size;
        int from, last;
    };
    growing<request> wanted{};
    long height[most_regions]{};

    constexpr void want(long& to, int region, long size, int from, int last) {
        if (size > 0) wanted.push_back({&to, region, size, from, last});
    }
    constexpr void place() {
        for (std::size_t i = 1; i < wanted.size(); ++i) { // equal sizes stay in their order
            const auto one = wanted[i];
            std::size_t k = i;
            for (; k > 0 && wanted[k - 1].size < one.size; --k) wanted[k] = wanted[k - 1];
            wanted[k] = one;
        }
        const request* const all = wanted.data();
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const request& one = all[i];
            long best = 0;
            for (bool moved = true; moved;) {
                moved = false;
                for (std::size_t k = 0; k < i; ++k)
                    if (const request& s = all[k]; s.region == one.region && s.last >= one.from && s.from <= one.last && best < *s.to + s.size && *s.to < best + one.size) {
                        best = *s.to + s.size;
                        moved = true;
                    }
            }
            *one.to = best;
            if (best + one.size > height[one.region]) height[one.region] = best + one.size;
        }
    }
};

} // namespace hone::detail
