// Patterns over paths: `*` stands for one part, `**` for any number of them, none included. `on<"a.**", "b.*">` is their union.
// There is one matcher: a state that a name advances. It is asked weight by weight while the plan is made, and walks along from the root of a model
// where adapters are put.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hone/meta/name.hpp"
#include "hone/meta/seam.hpp"

namespace hone {

/// How far patterns have come along a path, one bit for each place between their parts.
using pattern_state = unsigned long long;
inline constexpr int pattern_places = 64;

namespace detail {

/// The places of a pattern: before its first part, behind each.
constexpr int places_of(std::string_view pattern) {
    int n = pattern.empty() ? 1 : 2;
    for (char c : pattern) n += c == '.';
    return n;
}
/// `state` of one pattern, from bit 0, after `name`; `begins` is bit 0 where a path begins.
constexpr pattern_state advanced(std::string_view pattern, pattern_state state, std::string_view name, pattern_state begins = 0) {
    pattern_state next = begins, bit = 1;
    const char *at = pattern.data(), *const end = at + pattern.size();
    for (; at < end; bit <<= 1) {
        const char* stop = at;
        while (stop < end && *stop != '.') ++stop;
        const auto size = stop - at;
        if (size == 2 && at[0] == '*' && at[1] == '*') {
            next |= state & bit;
            next |= (next & bit) << 1; // it may stand for nothing
        } else if (state & bit && ((size == 1 && *at == '*') || std::string_view(at, static_cast<std::size_t>(size)) == name)) next |= bit << 1;
        at = stop + 1;
    }
    return next;
}
constexpr pattern_state begun(std::string_view pattern) { return advanced(pattern, 0, {}, 1); }

} // namespace detail

/// True where `pattern` covers the whole of `path`. One of more than 63 parts covers nothing.
constexpr bool matches(std::string_view pattern, std::string_view path) {
    const int places = detail::places_of(pattern);
    if (places > pattern_places) return false;
    auto state = detail::begun(pattern);
    for (std::size_t at = 0; at < path.size() && state != 0;) {
        auto end = at;
        while (end < path.size() && path[end] != '.') ++end;
        state = detail::advanced(pattern, state, path.substr(at, end - at));
        at = end + 1;
    }
    return state >> (places - 1) & 1;
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

template <literal... Patterns>
struct on {
    static constexpr int count = sizeof...(Patterns);
    static constexpr bool by_layer = (names_a_layer(Patterns.view()) || ...);
    static_assert(((detail::places_of(Patterns.view()) <= pattern_places) && ...), HONE_E070);
    static constexpr bool selects(std::string_view path) { return (matches(Patterns.view(), path) || ...); }
    static constexpr std::string_view pattern(int i) {
        std::string_view found;
        ((i-- == 0 ? void(found = Patterns.view()) : void()), ...);
        return found;
    }
    /// The state of all patterns side by side, before any name.
    static constexpr pattern_state start() {
        static_assert((0 + ... + detail::places_of(Patterns.view())) <= pattern_places, HONE_E071);
        pattern_state all = 0;
        int shift = 0;
        ((all |= detail::begun(Patterns.view()) << shift, shift += detail::places_of(Patterns.view())), ...);
        return all;
    }
    static constexpr pattern_state advance(pattern_state state, std::string_view name) {
        pattern_state all = 0;
        int shift = 0;
        ((all |= detail::advanced(Patterns.view(), state >> shift & (~pattern_state(0) >> (pattern_places - detail::places_of(Patterns.view()))), name) << shift,
          shift += detail::places_of(Patterns.view())),
         ...);
        return all;
    }
    /// Which patterns end here, one bit each.
    static constexpr unsigned long long ending(pattern_state state) {
        unsigned long long bits = 0, bit = 1;
        int shift = 0;
        ((shift += detail::places_of(Patterns.view()), bits |= state >> (shift - 1) & 1 ? bit : 0, bit <<= 1), ...);
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
