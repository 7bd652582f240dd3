// Keys and values of earlier tokens, which a program that writes keeps from batch to batch: for each
// site of attention and each layer a block of keys and one of values, (slots, length, width). Its size a
// token and slot is a constant of the program. Cost of a slot's copy: its tokens' rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>

#include "hone/expression/state.hpp"
#include "hone/meta/compact.hpp"
#include "hone/tensor/storage.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Columns of a program's cache, as constants of its plan.
template <const auto& P>
struct cache_columns {
    /// Keys and values of a site.
    struct widths {
        int of[2]{};
        constexpr int sum() const { return of[0] + of[1]; }
    };
    static constexpr auto sites = [] {
        std::array<widths, static_cast<std::size_t>(P.sites) + 1> all{};
        for (const auto& n : P.nodes)
            for (int k = 0, which = 0; k < n.count; ++k)
                if (n.op->cached.has(k))
                    all[static_cast<std::size_t>(n.detail)].of[which++] =
                        P.nodes[static_cast<std::size_t>(n.argument[k])].width;
        return all;
    }();
    /// Layers of the repeats, by depth.
    static constexpr auto layers = [] {
        std::array<int, 2> most{1, 1};
        for (const auto& l : P.loops) {
            auto& here = most[static_cast<std::size_t>(l.depth)];
            here = std::max(here, l.first + l.count);
        }
        for (const auto& n : P.nodes) // of the last layer, outside of its loop
            if (n.op->cached.bits != 0) most[0] = std::max(most[0], n.layer + 1);
        return most;
    }();
    /// Where the columns of each site begin, and their number behind the last.
    static constexpr auto first = [] {
        std::array<long, static_cast<std::size_t>(P.sites) + 1> at{};
        for (std::size_t s = 1; s < at.size(); ++s)
            at[s] = at[s - 1] + sites[s - 1].sum() * layers[0] * layers[1];
        return at;
    }();
    static constexpr long all = first.back();
};

/// The storage of a cache.
template <const auto& P, class T, class Device>
class key_value_cache {
public:
    using columns = cache_columns<P>;
    void reserve(long slots, long length) {
        slots_ = slots;
        length_ = length;
        rows_ = storage<T>();
        rows_ = storage<T>(static_cast<std::size_t>(columns::all * slots * length));
    }
    long bytes() const { return static_cast<long>(rows_.size() * sizeof(T)); }
    void bind(context<T, Device>& c) {
        c.cache = {rows_.data(), slots_, length_};
        c.cache_first = columns::first.data();
        c.inner_layers = columns::layers[1];
    }
    /// The first `tokens` of a slot, in all layers.
    void copy(long from, long to, long tokens) {
        if (from == to) return;
        for (std::size_t s = 0; s + 1 < columns::first.size(); ++s)
            for (long first = columns::first[s]; first < columns::first[s + 1];
                 first += columns::sites[s].sum()) {
                T* block = rows_.data() + first * slots_ * length_;
                for (const long width : columns::sites[s].of) {
                    std::copy_n(block + from * length_ * width, tokens * width,
                                block + to * length_ * width);
                    block += slots_ * length_ * width;
                }
            }
    }

private:
    storage<T> rows_;
    long slots_ = 0, length_ = 0;
};

} // namespace hone
HONE_COMPACT_END
