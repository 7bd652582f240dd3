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

template <literal... Patterns>
struct on {
    static constexpr int count = sizeof...(Patterns);
    static constexpr bool selects(std::string_view path) { return (matches(Patterns.view(), path) || ...); }
    static constexpr std::string_view pattern(int i) {
        std::string_view found;
        ((i-- == 0 ? void(found = Patterns.view()) : void()), ...);
        return found;
    }
    /// How many of the patterns match `path`, one bit each: a pattern whose bit is never set matched nothing.
    static constexpr unsigned long long hits(std::string_view path) {
        unsigned long long bits = 0, bit = 1;
        ((bits |= matches(Patterns.view(), path) ? bit : 0, bit <<= 1), ...);
        return bits;
    }
};

/// The weights that train: those that one of the sets selects. `trainable<>` alone is refused where it is used.
template <class... Sets>
struct trainable {
    static constexpr bool selects(std::string_view path) { return (Sets::selects(path) || ...); }
    static constexpr int count = (0 + ... + Sets::count);
    static_assert(count <= 64, "hone: trainable<...> takes at most 64 patterns");
    static constexpr std::string_view pattern(int i) {
        std::string_view found;
        ((i >= 0 && i < Sets::count ? void(found = Sets::pattern(i)) : void(), i -= Sets::count), ...);
        return found;
    }
    static constexpr unsigned long long hits(std::string_view path) {
        unsigned long long bits = 0;
        int shift = 0;
        ((bits |= Sets::hits(path) << shift, shift += Sets::count), ...);
        return bits;
    }
};

} // namespace hone
