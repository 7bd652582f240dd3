// Labels that are nearly the same, as a slip of the keyboard makes them: equal but for white space, but for capitals, or but for one letter.
// Pairs are found by equal fingerprints of what is left of a name without one letter, so the cost is that of sorting as many numbers as the
// names have letters, whatever stands in the label column.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Two labels that may have been meant as one.
struct similar_pair {
    std::string first, second, why; ///< why: "case", "white space" or "one edit"
};

/// At most so many pairs are listed; longer names, and what lies beyond so many bytes of names in all, are not compared letter by letter.
inline constexpr std::size_t most_similar_labels = 1000, longest_compared_label = 256, compared_label_bytes = std::size_t{1} << 20;

namespace detail {

/// Without the white space and capitals of ASCII.
inline std::string bare(std::string_view name, bool lower) {
    std::string out;
    for (const char c : name)
        if (std::string_view(" \t\r\n\v\f").find(c) == std::string_view::npos)
            out += lower && c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

/// One letter more, less or other. Numbered names ("class 1", "class 2") and names under four bytes are not near each other.
inline bool one_edit(std::string_view a, std::string_view b) {
    if (a.size() > b.size()) std::swap(a, b);
    if (a.size() < 4 || b.size() - a.size() > 1 || a == b) return false;
    std::size_t same = 0;
    while (same < a.size() && a[same] == b[same]) ++same;
    if (a.substr(std::min(a.size(), same + (a.size() == b.size()))) != b.substr(same + 1)) return false;
    const auto digit = [&](std::string_view s) { return same < s.size() && s[same] >= '0' && s[same] <= '9'; };
    return !digit(a) && !digit(b);
}

/// Finds pairs of names; a pair is two numbers of names, the lower one first.
class similar_finder {
public:
    struct found_pair {
        std::size_t first, second;
        const char* why;
    };

    explicit similar_finder(const std::vector<std::string>& names) {
        for (const auto& name : names) {
            exact_.push_back(bare(name, false));
            lower_.push_back(bare(name, true));
        }
        equal(exact_, "white space");
        equal(lower_, "case");
        edits(first_of_each());
        put_in_order(pairs_, [](const found_pair& a, const found_pair& b) {
            return a.first != b.first ? a.first < b.first : a.second < b.second;
        });
    }
    const std::vector<found_pair>& pairs() const { return pairs_; }

private:
    struct print { // of a name, or of what is left of it without one letter
        std::uint64_t value;
        std::size_t name;
    };
    void add(std::size_t a, std::size_t b, const char* why) {
        if (pairs_.size() < most_similar_labels) pairs_.push_back({std::min(a, b), std::max(a, b), why});
    }
    bool full() const { return pairs_.size() == most_similar_labels; }

    void equal(const std::vector<std::string>& bare_names, const char* why) {
        const auto order = order_of(bare_names.size(), [&](std::size_t a, std::size_t b) { return bare_names[a] < bare_names[b]; });
        for (std::size_t i = 0; i < order.size(); ++i)
            for (std::size_t j = i + 1; j < order.size() && !full() && bare_names[order[i]] == bare_names[order[j]]; ++j)
                if (why[0] == 'w' || exact_[order[i]] != exact_[order[j]]) add(order[i], order[j], why);
    }

    /// Of equal names the first one: the others are its pairs already.
    std::vector<char> first_of_each() const {
        std::vector<char> first(lower_.size(), 1);
        const auto order = order_of(lower_.size(), [&](std::size_t a, std::size_t b) { return lower_[a] < lower_[b]; });
        for (std::size_t i = 1; i < order.size(); ++i) first[order[i]] = lower_[order[i]] != lower_[order[i - 1]];
        return first;
    }

    void edits(const std::vector<char>& looked_at) {
        constexpr std::uint64_t base = 0x9E3779B97F4A7C15u | 1, place = 0xD1B54A32D192ED03u;
        std::vector<print> replaced, shorter, whole;
        std::size_t bytes = 0;
        for (std::size_t n = 0; n < lower_.size(); ++n) {
            const std::string& name = lower_[n];
            if (!looked_at[n] || name.size() > longest_compared_label || name.size() < 4 || (bytes += name.size()) > compared_label_bytes) continue;
            const auto letter = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(name[i])) + 1; };
            std::uint64_t all = 0, power = 1;
            for (std::size_t i = 0; i < name.size(); ++i) all = all * base + letter(i);
            whole.push_back({all, n});
            std::uint64_t behind = 0; // of the letters from i + 1 on
            std::vector<std::uint64_t> before(name.size() + 1);
            for (std::size_t i = 0; i < name.size(); ++i) before[i + 1] = before[i] * base + letter(i);
            for (std::size_t i = name.size(); i-- > 0; power *= base) {
                const std::uint64_t left = before[i] * power + behind;
                shorter.push_back({left, n});
                replaced.push_back({(left ^ (i + 1) * place) * base, n});
                behind += letter(i) * power;
            }
        }
        match(replaced, replaced);
        match(whole, shorter);
    }
    /// Pairs of equal prints of two lists (or of one), looked at in full.
    void match(std::vector<print>& some, std::vector<print>& others) {
        const auto less = [](const print& a, const print& b) { return a.value < b.value; };
        put_in_order(some, less);
        if (&some != &others) put_in_order(others, less);
        for (std::size_t i = 0, j = 0; i < some.size() && !full(); ++i) {
            while (j < others.size() && others[j].value < some[i].value) ++j;
            for (std::size_t k = &some == &others ? i + 1 : j; k < others.size() && others[k].value == some[i].value && !full(); ++k)
                compare(some[i].name, others[k].name);
        }
    }
    void compare(std::size_t a, std::size_t b) {
        if (!one_edit(lower_[a], lower_[b])) return;
        const bool again = !pairs_.empty() && pairs_.back().first == std::min(a, b) && pairs_.back().second == std::max(a, b);
        if (again) return; // of equal letters in a row any may go
        add(a, b, "one edit");
    }

    std::vector<std::string> exact_, lower_;
    std::vector<found_pair> pairs_;
};

} // namespace detail

/// Pairs of names that differ only in white space, in case (and white space), or by one edit; in the order of the names.
inline std::vector<similar_pair> similar_labels(const std::vector<std::string>& names) {
    std::vector<similar_pair> pairs;
    const detail::similar_finder found(names);
    for (const auto& p : found.pairs()) pairs.push_back({names[p.first], names[p.second], p.why});
    return pairs;
}

} // namespace hone
HONE_COMPACT_END
