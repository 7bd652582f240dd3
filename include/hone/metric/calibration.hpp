// The expected calibration error (Guo et al. 2017): how far a model's confidence is from its share
// of right answers. Examples are put into bins (lo, hi] of equal width by their largest
// probability; the value is the mean of |share right - mean confidence| over the bins, weighted by
// their examples. Streaming and mergeable: counts and exact sums, so any order and any grouping
// give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/exact_sum.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// A row of probabilities an example; the predicted class is the first of the largest.
class calibration_error {
public:
    /// Error: metric.option.
    explicit calibration_error(int bins = 15) {
        if (bins < 1 || bins > 1'000'000)
            throw error("metric.option", "an impossible number of bins", {.name = "bins"},
                        "1 to 1000000", bins);
        bins_.resize(static_cast<std::size_t>(bins));
    }
    /// Errors: metric.classes, metric.class_range, metric.not_a_number, metric.not_probabilities.
    template <class Number>
    void add(std::int32_t label, std::span<const Number> probabilities) {
        if (label == ignored_label) return;
        const auto row = detail::checked_row(label, probabilities, classes_);
        const auto best = best_class(std::span<const double>(row));
        const double confidence = row[static_cast<std::size_t>(best)];
        const double place = std::ceil(confidence * static_cast<double>(bins_.size())) - 1;
        auto& bin = bins_[static_cast<std::size_t>(
            std::clamp(place, 0.0, static_cast<double>(bins_.size() - 1)))];
        ++count_;
        bin.right += best == label;
        bin.confidence.add(confidence);
    }
    /// Errors: metric.classes; metric.option for another number of bins.
    void merge(const calibration_error& other) {
        if (bins_.size() != other.bins_.size())
            throw error("metric.option", "counts of different bins cannot be joined",
                        {.name = "bins"}, bins_.size(), other.bins_.size());
        detail::join_classes(classes_, other.classes_);
        count_ += other.count_;
        for (std::size_t i = 0; i < bins_.size(); ++i) {
            bins_[i].right += other.bins_[i].right;
            bins_[i].confidence.merge(other.bins_[i].confidence);
        }
    }
    /// 0 to 1. Error: metric.empty.
    double value() const {
        detail::check_some(count_, 1, "labelled examples");
        exact_sum sum;
        for (const auto& bin : bins_)
            sum.add(std::abs(static_cast<double>(bin.right) - bin.confidence.value()));
        return sum.value() / static_cast<double>(count_);
    }

private:
    struct counted {
        std::int64_t right = 0;
        exact_sum confidence;
    };
    std::vector<counted> bins_;
    std::int64_t count_ = 0;
    std::size_t classes_ = 0;
};

} // namespace hone
HONE_COMPACT_END
