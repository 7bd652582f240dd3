// Which texts stand in a program's cache, and how long they are. The keys and values themselves are the
// device's (step/cache).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/batch.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Places for `slots` texts of `length` tokens each.
class text_cache {
public:
    void reserve(long slots, long length) {
        tokens_.assign(static_cast<std::size_t>(slots), 0);
        taken_.assign(static_cast<std::size_t>(slots), 0);
        length_ = length;
    }
    long slots() const { return static_cast<long>(tokens_.size()); }
    long length() const { return length_; }

    /// Takes note that a batch goes on with its texts. A slot's text may be cut by a smaller `before`.
    /// Error: step.outside_of_cache.
    void go_on(const continued_rows& t, std::string_view field) {
        const auto refuse = [&](std::size_t s, phrase expected, phrase found) {
            throw error("step.outside_of_cache",
                        {"sequence ", s, " does not go on with a text of the cache"}, {.name = field},
                        std::move(expected), std::move(found));
        };
        std::fill(taken_.begin(), taken_.end(), std::uint8_t{0});
        for (std::size_t s = 0; s < t.slot.size(); ++s) {
            const long slot = t.slot[s], before = t.before[s], end = before + rows(t, s);
            if (slot < 0 || slot >= slots())
                refuse(s, {"a slot from 0 to ", slots() - 1}, {"slot ", slot});
            const auto at = static_cast<std::size_t>(slot);
            if (taken_[at]) refuse(s, "a slot of its own", {"slot ", slot, " twice"});
            taken_[at] = 1;
            if (before < 0 || before > tokens_[at])
                refuse(s, {"behind 0 to ", tokens_[at], " tokens of slot ", slot}, before);
            if (end > length_) refuse(s, {"at most ", length_, " tokens"}, end);
        }
        for (std::size_t s = 0; s < t.slot.size(); ++s)
            tokens_[static_cast<std::size_t>(t.slot[s])] =
                static_cast<std::int32_t>(t.before[s] + rows(t, s));
    }
    /// One slot's text becomes that of another. Error: step.outside_of_cache.
    void copy(long from, long to) {
        if (std::min(from, to) < 0 || std::max(from, to) >= slots())
            throw error("step.outside_of_cache", "no such place in the cache", {},
                        {"slots 0 to ", slots() - 1}, {from, " to ", to});
        tokens_[static_cast<std::size_t>(to)] = tokens_[static_cast<std::size_t>(from)];
    }
    long tokens(long slot) const { return tokens_[static_cast<std::size_t>(slot)]; }

private:
    static long rows(const continued_rows& t, std::size_t s) {
        return t.tokens.offsets[s + 1] - t.tokens.offsets[s];
    }

    std::vector<std::int32_t> tokens_; ///< by slot
    std::vector<std::uint8_t> taken_;  ///< by the running batch
    long length_ = 0;
};

} // namespace hone
HONE_COMPACT_END
