// The answer to a question from the logits of its windows: the best start + end of a stretch of at most so many tokens inside the context, over all
// windows. No answer, where that is allowed: the least start + end of row 0 over the windows, against the best stretch and a threshold.
// Cost: length x longest answer additions a window.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "hone/data/windows.hpp"
#include "hone/file/text_span.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone {

struct answer_options {
    std::size_t longest = 30;   ///< tokens of an answer
    std::size_t count = 1;      ///< how many of the best stretches are kept
    double empty_threshold = 0; ///< no answer where its score is above the best one's by more than this
};

/// A stretch of the context and its start + end.
struct scored_span {
    text_span span;
    double score;
};

/// Collects the windows of one question.
class answer_search {
public:
    explicit answer_search(const answer_options& options = {}) : options_(options) {}

    /// One window: a logit a row for start and for end. Error: data.logits where they are not as many as the window has rows.
    template <class Number>
    void add(const answer_dataset& data, std::size_t window, std::span<const Number> start, std::span<const Number> end) {
        const auto rows = static_cast<std::size_t>(data.length(window));
        if (start.size() != rows || end.size() != rows)
            throw error("data.logits", "not one start and end a token", {.name = "window " + std::to_string(window)}, rows,
                        std::min(start.size(), end.size()));
        empty_ = std::min(empty_, static_cast<double>(start[0]) + static_cast<double>(end[0]));
        const auto first = static_cast<std::size_t>(data.context[window]), last = static_cast<std::size_t>(data.context_end[window]);
        for (std::size_t i = first; i < last; ++i)
            for (std::size_t j = i; j < std::min(last, i + options_.longest); ++j)
                offer(data, window, i, j, static_cast<double>(start[i]) + static_cast<double>(end[j]));
    }
    /// The best stretches, best first; equal ones in the order in which they were seen.
    const std::vector<scored_span>& best() const { return best_; }
    /// The score of no answer.
    double empty() const { return empty_; }
    /// The answer, a part of `context`; "" where no stretch is there, or where no answer is allowed and better.
    std::string text(std::string_view context, bool may_be_empty) const {
        if (best_.empty() || (may_be_empty && empty_ - best_[0].score > options_.empty_threshold)) return {};
        return std::string(part_of(context, best_[0].span));
    }

private:
    void offer(const answer_dataset& data, std::size_t window, std::size_t i, std::size_t j, double score) {
        if (best_.size() == options_.count && !(score > best_.back().score)) return;
        const text_span span = data.span(window, i, j);
        for (std::size_t k = 0; k < best_.size(); ++k) { // the same stretch in another window counts once
            if (best_[k].span != span) continue;
            if (!(score > best_[k].score)) return;
            best_.erase(best_.begin() + static_cast<std::ptrdiff_t>(k));
            break;
        }
        const auto at = std::upper_bound(best_.begin(), best_.end(), score, [](double s, const scored_span& b) { return s > b.score; });
        best_.insert(at, {span, score});
        if (best_.size() > options_.count) best_.pop_back();
    }

    answer_options options_;
    std::vector<scored_span> best_;
    double empty_ = std::numeric_limits<double>::infinity();
};

} // namespace hone
HONE_COMPACT_END
