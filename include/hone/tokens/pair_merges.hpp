// Byte-pair encoding's one step (Sennrich et al., 2016): of all neighbours that may be joined,
// those of the lowest rank are, from the left, until none are left. Few symbols are searched for
// the lowest rank again and again, many wait in a heap: n log n, whatever the text. Pairs are
// looked up in buckets that are sorted, so that nothing in a file can make a look-up slow.
// Cost: 16 bytes a merge and 4 a bucket; for many symbols 28 bytes each of the thread's memory,
// kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "hone/file/order.hpp"

namespace hone {

/// The merges of a vocabulary.
class pair_merges {
public:
    static constexpr std::uint32_t no_rank = 0xFFFFFFFF;
    /// What two neighbours become, and when: the lowest rank goes first.
    struct merge {
        std::int32_t left, right;
        std::uint32_t rank;
        std::int32_t made;
    };
    struct found {
        std::uint32_t rank; ///< no_rank: they are not joined
        std::int32_t made;
    };

    pair_merges() : pair_merges(std::vector<merge>()) {}
    /// Of merges that name a pair twice the first one counts; `repeated` says whether there are
    /// such. Ids are not negative.
    explicit pair_merges(std::vector<merge> all)
        : shift_(64 - static_cast<int>(std::bit_width(all.size() | 1))) {
        const auto key = [&](const merge& m) {
            return std::pair(bucket(m.left, m.right), joint(m.left, m.right));
        };
        put_in_order(all, [&](const merge& a, const merge& b) { return key(a) < key(b); });
        begin_.assign((std::size_t{1} << (64 - shift_)) + 1, 0);
        for (std::size_t i = 0; i < all.size(); ++i) {
            begin_[bucket(all[i].left, all[i].right) + 1] = static_cast<std::uint32_t>(i + 1);
            if (i > 0 &&
                joint(all[i].left, all[i].right) == joint(all[i - 1].left, all[i - 1].right) &&
                repeated_ == none)
                repeated_ = all[i].rank;
        }
        for (std::size_t i = 1; i < begin_.size(); ++i)
            begin_[i] = std::max(begin_[i], begin_[i - 1]);
        all_ = std::move(all);
    }

    static constexpr std::uint64_t none = ~std::uint64_t{0};
    /// The rank of a merge whose pair another one has too; `none` where all differ.
    std::uint64_t repeated() const { return repeated_; }
    /// All merges, in no order that means anything.
    const std::vector<merge>& all() const { return all_; }

    found find(std::int32_t left, std::int32_t right) const {
        const auto at = bucket(left, right);
        const merge *first = all_.data() + begin_[at], *const last = all_.data() + begin_[at + 1];
        const auto wanted = joint(left, right);
        if (last - first > 8)
            first = std::lower_bound(first, last, wanted, [](const merge& m, std::uint64_t w) {
                return joint(m.left, m.right) < w;
            });
        for (; first < last; ++first)
            if (joint(first->left, first->right) == wanted) return {first->rank, first->made};
        return {no_rank, -1};
    }

    /// Joins the symbols from `from` on until no pair is left; `symbols` gets as short as that
    /// makes it. At most 2^32 - 2 of them.
    void join(std::vector<std::int32_t>& symbols, std::size_t from) const {
        const std::size_t count = symbols.size() - from;
        if (count < 2) return;
        symbols.resize(from + (count <= few ? join_few(symbols.data() + from, count)
                                            : join_many(symbols.data() + from, count)));
    }

private:
    static constexpr std::size_t few = 32;

    static constexpr std::uint64_t joint(std::int32_t left, std::int32_t right) {
        return std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
               static_cast<std::uint32_t>(right);
    }
    std::size_t bucket(std::int32_t left, std::int32_t right) const {
        return static_cast<std::size_t>((joint(left, right) * 0x9E3779B97F4A7C15u) >>
                                        shift_); // Fibonacci hashing (Knuth, 6.4)
    }

    std::size_t join_few(std::int32_t* symbols, std::size_t count) const {
        found pair[few]; // of each symbol with the next
        for (std::size_t i = 0; i + 1 < count; ++i) pair[i] = find(symbols[i], symbols[i + 1]);
        for (;;) {
            std::size_t best = 0;
            for (std::size_t i = 1; i + 1 < count; ++i)
                best = pair[i].rank < pair[best].rank ? i : best;
            if (count < 2 || pair[best].rank == no_rank) return count;
            symbols[best] = pair[best].made;
            for (std::size_t i = best + 1; i + 1 < count; ++i)
                symbols[i] = symbols[i + 1], pair[i] = pair[i + 1];
            --count;
            if (best > 0) pair[best - 1] = find(symbols[best - 1], symbols[best]);
            if (best + 1 < count) pair[best] = find(symbols[best], symbols[best + 1]);
        }
    }

    struct link {
        std::uint32_t before, after;
        found pair; // with the one after it
    };
    std::size_t join_many(std::int32_t* symbols, std::size_t count) const {
        constexpr std::uint32_t end = 0xFFFFFFFF;
        thread_local std::vector<link> links;
        thread_local std::vector<std::uint64_t>
            waiting; // a heap of rank and place, the least on top
        links.resize(count);
        waiting.clear();
        const auto look = [&](std::uint32_t at) {
            link& here = links[at];
            here.pair =
                here.after == end ? found{no_rank, -1} : find(symbols[at], symbols[here.after]);
            return here.pair.rank != no_rank;
        };
        const auto entry = [&](std::uint32_t at) {
            return std::uint64_t{links[at].pair.rank} << 32 | at;
        };
        for (std::uint32_t i = 0; i < count; ++i) {
            links[i].before = i == 0 ? end : i - 1;
            links[i].after = i + 1 < count ? i + 1 : end;
            if (look(i)) waiting.push_back(entry(i));
        }
        std::make_heap(waiting.begin(), waiting.end(), std::greater<>());
        const auto wait = [&](std::uint32_t at) {
            if (!look(at)) return;
            waiting.push_back(entry(at));
            std::push_heap(waiting.begin(), waiting.end(), std::greater<>());
        };
        while (!waiting.empty()) {
            std::pop_heap(waiting.begin(), waiting.end(), std::greater<>());
            const auto at = static_cast<std::uint32_t>(waiting.back());
            const bool stands = waiting.back() == entry(at); // nothing was joined there since
            waiting.pop_back();
            if (!stands) continue;
            link& here = links[at];
            symbols[at] = here.pair.made;
            const auto gone = here.after;
            links[gone].pair.rank = no_rank;
            here.after = links[gone].after;
            symbols[gone] = -1;
            if (here.after != end) links[here.after].before = at;
            wait(at);
            if (here.before != end) wait(here.before);
        }
        return static_cast<std::size_t>(std::remove(symbols, symbols + count, -1) - symbols);
    }

    int shift_;
    std::vector<std::uint32_t> begin_; // of each bucket among all
    std::vector<merge> all_;
    std::uint64_t repeated_ = none;
};

} // namespace hone
