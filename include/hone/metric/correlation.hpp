// Correlation of predicted and true numbers: Pearson's (of the numbers) and Spearman's (of their
// ranks; equal numbers share the mean of their ranks), as scipy's pearsonr and spearmanr. Streaming
// and mergeable with the same bits for every order and grouping: Pearson keeps five exact sums and
// no number, and its covariances are taken from them exactly, so an offset that is large beside the
// spread costs no digit. Spearman keeps all pairs, because ranks need them, and sorts when asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// Squares beyond this could overflow. Errors: metric.not_a_number, metric.too_large.
inline void check_square(double value, const char* what) {
    check_number(value, what);
    if (std::abs(value) > 1e140)
        throw error("metric.too_large", "a number too large to be squared", {.name = what},
                    "at most 1e140", std::to_string(value));
}

} // namespace detail

/// Pearson's coefficient. Numbers below 1e-140 beside larger ones count as what their squares are:
/// 0.
class pearson {
public:
    /// Errors: metric.not_a_number, metric.too_large.
    void add(double truth, double predicted) {
        detail::check_square(truth, "truth");
        detail::check_square(predicted, "prediction");
        ++count_;
        x_.add(truth);
        y_.add(predicted);
        xx_.add_product(truth, truth);
        yy_.add_product(predicted, predicted);
        xy_.add_product(truth, predicted);
    }
    void merge(const pearson& other) {
        count_ += other.count_;
        x_.merge(other.x_);
        y_.merge(other.y_);
        xx_.merge(other.xx_);
        yy_.merge(other.yy_);
        xy_.merge(other.xy_);
    }
    std::int64_t count() const { return count_; }
    /// -1 to 1; NaN where all numbers of one side are equal. Error: metric.empty below two pairs.
    double value() const {
        detail::check_some(count_, 2, "pairs");
        const double xx = spread(xx_, x_, x_), yy = spread(yy_, y_, y_);
        if (xx <= 0 || yy <= 0) return std::numeric_limits<double>::quiet_NaN();
        return std::clamp(spread(xy_, x_, y_) / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
    }

private:
    /// count * sum(ab) - sum(a) * sum(b), rounded once.
    double spread(const exact_sum& products, const exact_sum& a, const exact_sum& b) const {
        exact_sum count, result;
        count.add(static_cast<double>(count_));
        result.add_product(count, products);
        result.add_product(-a, b);
        return result.value();
    }
    std::int64_t count_ = 0;
    exact_sum x_, y_, xx_, yy_, xy_;
};

/// Twice the rank of each number, from 2; equal numbers share the mean of theirs.
inline std::vector<std::int64_t> double_ranks(const std::vector<double>& numbers) {
    const auto order = order_of(
        numbers.size(), [&](std::size_t a, std::size_t b) { return numbers[a] < numbers[b]; });
    std::vector<std::int64_t> ranks(numbers.size());
    for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
        while (end < order.size() && numbers[order[end]] == numbers[order[begin]]) ++end;
        for (std::size_t i = begin; i < end; ++i)
            ranks[order[i]] = static_cast<std::int64_t>(begin + 1 + end);
    }
    return ranks;
}

/// Spearman's coefficient.
class spearman {
public:
    /// Error: metric.not_a_number.
    void add(double truth, double predicted) {
        detail::check_number(truth, "truth");
        detail::check_number(predicted, "prediction");
        truth_.push_back(truth);
        predicted_.push_back(predicted);
    }
    void merge(const spearman& other) {
        const auto more = other; // may be this very one
        truth_.insert(truth_.end(), more.truth_.begin(), more.truth_.end());
        predicted_.insert(predicted_.end(), more.predicted_.begin(), more.predicted_.end());
    }
    std::int64_t count() const { return static_cast<std::int64_t>(truth_.size()); }
    /// -1 to 1; NaN where all numbers of one side are equal. Error: metric.empty below two pairs.
    double value() const {
        const auto truth = double_ranks(truth_), predicted = double_ranks(predicted_);
        pearson of_ranks;
        for (std::size_t i = 0; i < truth.size(); ++i)
            of_ranks.add(static_cast<double>(truth[i]), static_cast<double>(predicted[i]));
        return of_ranks.value();
    }

private:
    std::vector<double> truth_, predicted_;
};

} // namespace hone
HONE_COMPACT_END
