// Sorting for everything that is sorted once: keys, tensors, labels, words. One merge sort of numbers behind a pointer to the comparison, where
// std::sort is a new set of functions for each type and each comparison, a quarter of a second to compile. Equal things keep their order.
// Cost: n log n calls through a pointer, a number a thing, and one move of each.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// Merges ever longer runs of 0 .. count - 1, ascending by `less(context, a, b)`.
[[gnu::noinline]] inline std::vector<std::size_t> merge_order(std::size_t count, const void* context,
                                                              bool (*less)(const void*, std::size_t, std::size_t)) {
    std::vector<std::size_t> order(count), merged(count);
    for (std::size_t i = 0; i < count; ++i)
        order[i] = i;
    for (std::size_t run = 1; run < count; run *= 2) {
        for (std::size_t begin = 0; begin < count; begin += 2 * run) {
            const std::size_t middle = std::min(begin + run, count), end = std::min(begin + 2 * run, count);
            for (std::size_t a = begin, b = middle, to = begin; to < end; ++to) {
                const bool second = a == middle || (b < end && less(context, order[b], order[a]));
                merged[to] = order[second ? b++ : a++];
            }
        }
        order.swap(merged);
    }
    return order;
}

} // namespace detail

/// The numbers below `count` in ascending order of `less(a, b)`.
template <class Less>
std::vector<std::size_t> order_of(std::size_t count, const Less& less) {
    return detail::merge_order(count, &less,
                               [](const void* l, std::size_t a, std::size_t b) -> bool { return (*static_cast<const Less*>(l))(a, b); });
}

/// Puts things into ascending order of `less(x, y)`.
template <class Thing, class Less>
void put_in_order(std::vector<Thing>& things, const Less& less) {
    std::vector<Thing> sorted;
    sorted.reserve(things.size());
    for (const std::size_t i : order_of(things.size(), [&](std::size_t a, std::size_t b) { return less(things[a], things[b]); }))
        sorted.push_back(std::move(things[i]));
    things = std::move(sorted);
}

} // namespace hone
HONE_COMPACT_END
