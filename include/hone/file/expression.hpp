// Regular expressions as adapters' configs use them, to name modules: the syntax of Python's `re` without back references and flags. Whole texts are
// matched, and only whether they match is asked, so a piece of an expression takes the set of places where it may begin to the set of those
// where it may end: nothing is tried twice for one place, and greedy or not is the same. What an untrusted expression may cost is bounded.
// Cost: a pass over the expression for each place of the text; the text is a name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Refers to the expression's text. Errors: expression.syntax, expression.not_supported, expression.too_costly.
class expression_matcher {
public:
    static constexpr std::size_t longest = 4096, deepest = 32, most_steps = 2'000'000;

    /// `where` it stands, for messages.
    explicit expression_matcher(std::string_view expression, place_view where = {}) : is_(expression), where_(where) {
        if (is_.size() > longest) throw error("expression.too_costly", "too long a regular expression", where, {"at most ", longest, " bytes"}, is_.size());
    }

    /// Python's re.fullmatch.
    bool matches(std::string_view text) {
        text_ = text;
        at_ = steps_ = depth_ = 0;
        const auto ends = alternatives(begin());
        if (at_ < is_.size()) fail("a parenthesis that nothing opens");
        return ends[text.size()];
    }

private:
    using places = std::vector<bool>; // before each byte of the text, and at its end

    places none() const { return places(text_.size() + 1); }
    places begin() const {
        auto at = none();
        at[0] = true;
        return at;
    }
    static bool any(const places& p) {
        for (const bool here : p)
            if (here) return true;
        return false;
    }
    [[noreturn, gnu::cold]] void fail(const char* problem, const char* code = "expression.syntax") const {
        throw error(code, problem, where_, "a regular expression of names", {in_quotes(is_, 256), ", at byte ", at_});
    }
    bool more() const { return at_ < is_.size(); }
    char peek() const { return more() ? is_[at_] : '\0'; }
    bool take(std::string_view word) {
        const bool there = is_.substr(at_).starts_with(word);
        if (there) at_ += word.size();
        return there;
    }
    void count() {
        if (++steps_ > most_steps) fail("a regular expression that costs too much", "expression.too_costly");
    }

    /// One or another of several sequences, up to a closing parenthesis or the end.
    places alternatives(const places& from) {
        if (++depth_ > deepest) fail("parentheses nested too deeply", "expression.too_costly");
        auto to = sequence(from);
        while (take("|")) {
            const auto other = sequence(from);
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = to[i] || other[i];
        }
        --depth_;
        return to;
    }
    places sequence(places from) {
        while (more() && peek() != '|' && peek() != ')') from = repeated(from);
        return from;
    }
    /// A piece and how often it stands there.
    places repeated(const places& from) {
        const std::size_t piece = at_;
        places single = one(from);
        const std::size_t behind = at_;
        std::size_t least = 1, most = 1;
        if (take("*")) least = 0, most = unlimited;
        else if (take("+")) most = unlimited;
        else if (take("?")) least = 0;
        else if (peek() == '{' && !counted(least, most)) return single; // a brace like any other letter
        if (at_ == behind) return single;
        (void)(take("?") || take("+")); // lazy and possessive: the question is only whether
        const std::size_t end = at_;
        std::size_t ignored = 0;
        if (peek() == '*' || peek() == '+' || (peek() == '{' && counted(ignored, ignored))) fail("a repeat of a repeat");
        places all = least == 0 ? from : none(), now = from;
        for (std::size_t n = 1; n <= most && any(now); ++n) {
            at_ = piece;
            now = n == 1 ? single : one(now);
            bool fresh = n < least;
            for (std::size_t i = 0; n >= least && i < now.size(); ++i)
                if (now[i] && !all[i]) all[i] = fresh = true;
            if (!fresh) break; // no place that was not met before
        }
        at_ = end;
        return all;
    }
    static constexpr std::size_t unlimited = std::size_t(-1);
    /// {3}, {2,}, {,4} or {2,4}; false where it is none of these.
    bool counted(std::size_t& least, std::size_t& most) {
        std::size_t at = at_ + 1, numbers[2] = {0, unlimited};
        bool given[2] = {false, false}, comma = false;
        for (; at < is_.size() && is_[at] != '}'; ++at) {
            if (is_[at] == ',' && !comma) comma = true;
            else if (is_[at] >= '0' && is_[at] <= '9') {
                auto& n = numbers[comma];
                n = (given[comma] ? n * 10 : 0) + static_cast<std::size_t>(is_[at] - '0');
                given[comma] = true;
                if (n > 1000) fail("a count above 1000", "expression.too_costly");
            } else return false;
        }
        if (at >= is_.size() || (!given[0] && !given[1] && !comma)) return false;
        least = numbers[0];
        most = comma ? numbers[1] : numbers[0];
        if (most < least) fail("a count that goes backwards");
        at_ = at + 1;
        return true;
    }

    /// One piece: a group, an anchor, a set of characters, a character.
    places one(const places& from) {
        count();
        if (take("(")) return group(from);
        if (take("^") || take("\\A")) return where(from, [](std::size_t i, std::size_t) { return i == 0; });
        if (take("\\Z")) return where(from, [](std::size_t i, std::size_t n) { return i == n; });
        if (take("$")) return where(from, [this](std::size_t i, std::size_t n) { return i == n || (i + 1 == n && text_[i] == '\n'); });
        if (take("\\b")) return where(from, [this](std::size_t i, std::size_t n) { return edge(i, n); });
        if (take("\\B")) return where(from, [this](std::size_t i, std::size_t n) { return !edge(i, n); });
        if (take("*") || take("+") || take("?")) fail("a repeat of nothing");
        std::vector<bool> letters(256);
        if (take("[")) set(letters);
        else if (take(".")) letters.assign(256, true), letters['\n'] = false;
        else character(letters);
        auto to = none();
        for (std::size_t i = 0; i < text_.size(); ++i)
            if (from[i] && letters[static_cast<unsigned char>(text_[i])]) to[i + 1] = true;
        return to;
    }
    template <class Holds>
    places where(const places& from, Holds holds) const {
        auto to = from;
        for (std::size_t i = 0; i < to.size(); ++i) to[i] = to[i] && holds(i, text_.size());
        return to;
    }
    static bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }
    bool edge(std::size_t i, std::size_t n) const { return (i > 0 && in_word(text_[i - 1])) != (i < n && in_word(text_[i])); }

    places group(const places& from) {
        const bool ahead = take("?="), not_ahead = !ahead && take("?!");
        if (!ahead && !not_ahead) {
            if (take("?P<")) {
                while (in_word(peek())) ++at_;
                if (!take(">")) fail("a group's name without an end");
            } else if (!take("?:") && peek() == '?') fail("a kind of group that is not read", "expression.not_supported");
            auto to = alternatives(from);
            if (!take(")")) fail("a group without an end");
            return to;
        }
        const std::size_t inside = at_;
        auto to = from;
        for (std::size_t i = 0; i < from.size(); ++i) { // at least once, to find the end
            if (!from[i] && i + 1 < from.size()) continue;
            at_ = inside;
            auto here = none();
            here[i] = true;
            const bool found = any(alternatives(here));
            to[i] = from[i] && found == ahead;
        }
        if (!take(")")) fail("a group without an end");
        return to;
    }

    static void add(std::vector<bool>& letters, char kind) {
        const char lower = static_cast<char>(kind | 0x20);
        for (int c = 0; c < 256; ++c) {
            const char letter = static_cast<char>(c);
            const bool is = lower == 'd' ? c >= '0' && c <= '9' : lower == 'w' ? in_word(letter) || c >= 0x80 : c == ' ' || (c >= '\t' && c <= '\r');
            if (is == (lower == kind)) letters[static_cast<std::size_t>(c)] = true;
        }
    }
    /// A letter, or what a backslash makes of the next one; -1: a class of letters, which is added.
    int character(std::vector<bool>& letters) {
        char c = is_[at_++];
        if (c == '\\') {
            if (!more()) fail("a backslash at the end");
            c = is_[at_++];
            if (std::string_view("dDwWsS").find(c) != std::string_view::npos) return add(letters, c), -1;
            if (c == 'n' || c == 't' || c == 'r') c = c == 'n' ? '\n' : c == 't' ? '\t' : '\r';
            else if (in_word(c) && c != '_') fail("an escape that is not read", "expression.not_supported");
        }
        letters[static_cast<unsigned char>(c)] = true;
        return static_cast<unsigned char>(c);
    }
    void set(std::vector<bool>& letters) {
        const bool others = take("^");
        for (bool first = true; first || peek() != ']'; first = false) {
            if (!more()) fail("a set without an end");
            const int low = character(letters);
            if (peek() != '-' || at_ + 1 >= is_.size() || is_[at_ + 1] == ']') continue;
            ++at_;
            std::vector<bool> ignored(256);
            const int high = character(ignored);
            if (low < 0 || high < low) fail("a range that goes backwards");
            for (int c = low; c <= high; ++c) letters[static_cast<std::size_t>(c)] = true;
        }
        ++at_;
        if (others) letters.flip();
    }

    std::string_view is_, text_;
    place_view where_;
    std::size_t at_ = 0, steps_ = 0, depth_ = 0;
};

/// Python's re.fullmatch(expression, text).
inline bool matches_expression(std::string_view expression, std::string_view text, place_view where = {}) { return expression_matcher(expression, where).matches(text); }

} // namespace hone
HONE_COMPACT_END
