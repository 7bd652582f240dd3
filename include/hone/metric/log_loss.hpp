// The mean of minus the logarithm of the probability that was given to the true class
// (scikit-learn's log_loss), and the perplexity of a text: e to the power of minus the mean
// log-probability of its tokens. Streaming and mergeable: the sums are exact, so any order and any
// grouping give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A row of probabilities an example, clipped to [2^-52, 1 - 2^-52] so that a certain mistake costs
/// 36 and no infinity.
class log_loss {
public:
    /// Errors: metric.classes, metric.class_range, metric.not_a_number, metric.not_probabilities.
    template <class Number>
    void add(std::int32_t label, std::span<const Number> probabilities) {
        if (label == ignored_label) return;
        const auto row = detail::checked_row(label, probabilities, classes_);
        constexpr double least = std::numeric_limits<double>::epsilon();
        sum_.add(-std::log(std::clamp(row[static_cast<std::size_t>(label)], least, 1 - least)));
        ++count_;
    }
    /// Error: metric.classes.
    void merge(const log_loss& other) {
        detail::join_classes(classes_, other.classes_);
        sum_.merge(other.sum_);
        count_ += other.count_;
    }
    /// Error: metric.empty.
    double value() const {
        detail::check_some(count_, 1, "labelled examples");
        return sum_.value() / static_cast<double>(count_);
    }

private:
    exact_sum sum_;
    std::int64_t count_ = 0;
    std::size_t classes_ = 0;
};

/// Natural logarithms of the probabilities of tokens. A token that was impossible (minus infinity)
/// makes it infinite.
class perplexity {
public:
    /// Errors: metric.not_a_number; metric.not_probabilities for a logarithm above 0 by more than
    /// rounding.
    void add(double log_probability) {
        if (std::isnan(log_probability)) detail::check_number(log_probability, "log-probability");
        if (log_probability > 1e-3)
            throw error("metric.not_probabilities", "a probability above 1",
                        {.name = "log-probability"}, "at most 0", std::to_string(log_probability));
        ++tokens_;
        if (std::isinf(log_probability)) ++impossible_;
        else sum_.add(log_probability);
    }
    template <class Number>
    void add(std::span<const Number> log_probabilities) {
        for (const auto p : log_probabilities) add(static_cast<double>(p));
    }
    /// The sum over `tokens` tokens, as a loss gives it. Errors: metric.not_a_number,
    /// metric.not_probabilities.
    void add_sum(double log_probabilities, std::int64_t tokens) {
        detail::check_number(log_probabilities, "log-probability");
        if (tokens < 0 || log_probabilities > 1e-3 * static_cast<double>(tokens))
            throw error("metric.not_probabilities", "a probability above 1",
                        {.name = "log-probability"}, "at most 0",
                        std::to_string(log_probabilities));
        tokens_ += tokens;
        sum_.add(log_probabilities);
    }
    void merge(const perplexity& other) {
        sum_.merge(other.sum_);
        tokens_ += other.tokens_;
        impossible_ += other.impossible_;
    }
    std::int64_t tokens() const { return tokens_; }
    /// Infinite where a double cannot hold it. Error: metric.empty.
    double value() const {
        detail::check_some(tokens_, 1, "tokens");
        if (impossible_ > 0) return std::numeric_limits<double>::infinity();
        return std::exp(-sum_.value() / static_cast<double>(tokens_));
    }

private:
    exact_sum sum_;
    std::int64_t tokens_ = 0, impossible_ = 0;
};

} // namespace hone
HONE_COMPACT_END
