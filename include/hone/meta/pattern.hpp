// Patterns over paths: `*` stands for one part, `**` for any number of them, none included. `on<"a.**", "b.*">` is their union.
// Matching is plain constexpr recursion over text; it runs once per weight and pattern while the plan is made.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/meta/name.hpp"

namespace hone {

/// True where `pattern` covers the whole of `path`.
constexpr bool matches(std::string_view pattern, std::string_view path) {
    const auto head = [](std::string_view s) { return s.substr(0, s.find('.')); };
    const auto rest = [](std::string_view s) { return s.find('.') == s.npos ? std::string_view{} : s.substr(s.find('.') + 1); };
    const auto last = [](std::string_view s) { return s.find('.') == s.npos; };
    if (pattern.empty()) return path.empty();
    const auto p = head(pattern);
    if (p == "**") {
        if (last(pattern)) return true;
        for (auto tail = path;; tail = rest(tail)) {
            if (matches(rest(pattern), tail)) return true;
            if (tail.empty()) return false;
        }
    }
    if (path.empty() || (p != "*" && p != head(path))) return false;
    if (last(pattern)) return last(path);
    return !last(path) ? matches(rest(pattern), rest(path)) : matches(rest(pattern), {});
}

/// Does a part of `pattern` name a layer by its number? Otherwise what it says of a weight it says of the weight in every layer.
constexpr bool names_a_layer(std::string_view pattern) {
    bool begins = true;
    for (char c : pattern) {
        if (begins && c >= '0' && c <= '9') return true;
        begins = c == '.';
    }
    return false;
}

/// How far patterns have come along a path, one bit for each place between their parts: a walk from the root of a model advances it
/// name by name, and knows in every layer which patterns end there.
using pattern_state = unsigned long long;

namespace detail {

/// How many parts a pattern has.
constexpr int parts_of_pattern(std::string_view pattern) {
    int n = 1;
    for (char c : pattern) n += c == '.';
    return n;
}
/// `state` of one pattern, from bit 0, after `name`.
constexpr pattern_state advanced(std::string_view pattern, pattern_state state, std::string_view name) {
    pattern_state next = 0, bit = 1;
    for (std::size_t at = 0; at <= pattern.size(); bit <<= 1) {
        auto end = pattern.find('.', at);
        if (end == pattern.npos) end = pattern.size();
        const auto part = pattern.substr(at, end - at);
        if (next & bit && part == "**") next |= bit << 1;
        if (state & bit) {
            if (part == "**") next |= bit | bit << 1;
            else if (part == "*" || part == name) next |= bit << 1;
        }
        at = end + 1;
    }
    return next;
}
/// Before any name: a pattern that begins with `**` may be past it.
constexpr pattern_state begun(std::string_view pattern) {
    pattern_state state = 1;
    for (int i = 0; i < parts_of_pattern(pattern) && pattern.substr(0, 2) == "**"; ++i) {
        state |= state << 1;
        if (pattern.size() < 3) break;
        pattern = pattern.substr(3);
    }
    return state;
}

} // namespace detail

template <literal... Patterns>
struct on {
    static constexpr int count = sizeof...(Patterns);
    static constexpr bool by_layer = (names_a_layer(Patterns.view()) || ...);
    static constexpr bool selects(std::string_view path) { return (matches(Patterns.view(), path) || ...); }
    static constexpr std::string_view pattern(int i) {
        std::string_view found;
        ((i-- == 0 ? void(found = Patterns.view()) : void()), ...);
        return found;
    }
    static constexpr pattern_state start() {
        pattern_state all = 0;
        int shift = 0;
        ((all |= detail::begun(Patterns.view()) << shift, shift += detail::parts_of_pattern(Patterns.view()) + 1), ...);
        return all;
    }
    static constexpr pattern_state advance(pattern_state state, std::string_view name) {
        pattern_state all = 0;
        int shift = 0;
        ((all |= detail::advanced(Patterns.view(), state >> shift & ((pattern_state(2) << detail::parts_of_pattern(Patterns.view())) - 1), name) << shift,
          shift += detail::parts_of_pattern(Patterns.view()) + 1),
         ...);
        return all;
    }
    /// Which patterns end here, one bit each.
    static constexpr unsigned long long ending(pattern_state state) {
        unsigned long long bits = 0, bit = 1;
        int shift = 0;
        ((shift += detail::parts_of_pattern(Patterns.view()), bits |= state >> shift & 1 ? bit : 0, bit <<= 1, ++shift), ...);
        return bits;
    }
    /// Which of the patterns match `path`, one bit each: a pattern whose bit is never set matched nothing.
    static constexpr unsigned long long met(std::string_view path) {
        unsigned long long bits = 0, bit = 1;
        ((bits |= matches(Patterns.view(), path) ? bit : 0, bit <<= 1), ...);
        return bits;
    }
};

} // namespace hone
