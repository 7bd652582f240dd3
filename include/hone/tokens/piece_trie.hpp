// A set of byte strings with a number each, walked one byte at a time: longest-match search without hashing every prefix. Nodes lie breadth
// first, so the children of a node are neighbours and their bytes a sorted array. Nothing in a file can make a look-up slow: a step is a
// search among at most 256 bytes. Cost: 9 bytes a node, a node for each different prefix.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/order.hpp"

namespace hone {

/// Strings to numbers from 0 on; the strings must differ, and be less than 2^31 bytes together.
class piece_trie {
public:
    using node = std::uint32_t;
    static constexpr node root = 0, none = 0xFFFFFFFF;

    piece_trie() : piece_trie(std::vector<std::pair<std::string_view, std::int32_t>>()) {}
    explicit piece_trie(std::vector<std::pair<std::string_view, std::int32_t>> pieces) {
        struct range { // of the pieces that begin with a node's bytes
            std::size_t begin, end;
        };
        put_in_order(pieces, [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<range> level{{0, pieces.size()}}, next;
        first_.push_back(1);
        byte_.push_back(0);
        for (std::size_t depth = 0; !level.empty(); ++depth, level.swap(next)) {
            next.clear();
            for (auto [at, end] : level) {
                const bool complete = at < end && pieces[at].first.size() == depth; // the shortest sorts first
                value_.push_back(complete ? pieces[at++].second : -1);
                while (at < end) {
                    const auto begin = at;
                    const char byte = pieces[begin].first[depth];
                    while (at < end && pieces[at].first[depth] == byte)
                        ++at;
                    next.push_back({begin, at});
                    byte_.push_back(static_cast<unsigned char>(byte));
                }
                first_.push_back(static_cast<node>(byte_.size()));
            }
        }
    }

    /// The child for a byte, or none.
    node step(node from, char byte) const {
        const auto wanted = static_cast<unsigned char>(byte);
        const node begin = first_[from], end = first_[from + 1];
        if (end - begin < 8) {
            for (node child = begin; child < end; ++child)
                if (byte_[child] == wanted)
                    return child;
            return none;
        }
        const auto at = std::lower_bound(byte_.begin() + begin, byte_.begin() + end, wanted);
        const auto child = static_cast<node>(at - byte_.begin());
        return child < end && *at == wanted ? child : none;
    }
    /// The node at the end of `text`, or none.
    node walk(std::string_view text, node from = root) const {
        for (const char byte : text)
            if ((from = step(from, byte)) == none)
                break;
        return from;
    }
    /// The number of the string that ends at a node; -1 where none does.
    std::int32_t value(node at) const { return value_[at]; }
    /// The number of a string; -1 where it is not there.
    std::int32_t find(std::string_view text) const {
        const node at = walk(text);
        return at == none ? -1 : value(at);
    }

    struct match {
        std::int32_t value; ///< -1: no match
        std::size_t bytes;
    };
    /// The longest string, not empty, that `text` begins with, on from a node.
    match longest(std::string_view text, node from = root) const {
        match best{-1, 0};
        for (std::size_t i = 0; i < text.size(); ++i) {
            if ((from = step(from, text[i])) == none)
                break;
            if (value_[from] >= 0)
                best = {value_[from], i + 1};
        }
        return best;
    }

private:
    std::vector<node> first_;         // the first child of each node; the next node's is its end
    std::vector<unsigned char> byte_; // that leads to the node
    std::vector<std::int32_t> value_;
};

} // namespace hone
