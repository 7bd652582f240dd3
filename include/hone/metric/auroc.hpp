// The area under the ROC curve: the chance that a positive example has a higher score than a
// negative one, equal scores counting half (Hanley and McNeil 1982), as scikit-learn's
// roc_auc_score. For more classes: each against the rest, or each pair of classes alone (Hand and
// Till 2001). Streaming and mergeable: ranks need every score, so all are kept (8 bytes a score and
// 4 a label) and sorted when asked. Of two classes, any order gives the same bits: sums of ranks
// are whole numbers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/confusion.hpp"
#include "hone/metric/correlation.hpp"
#include "hone/metric/f1.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

/// NaN where all examples are of one kind.
inline double area_under_curve(const std::vector<double>& scores,
                               const std::vector<bool>& positive) {
    const auto ranks = double_ranks(scores);
    std::int64_t sum = 0, positives = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i)
        if (positive[i]) sum += ranks[i], ++positives;
    const auto negatives = static_cast<std::int64_t>(ranks.size()) - positives;
    if (positives == 0 || negatives == 0) return std::numeric_limits<double>::quiet_NaN();
    return static_cast<double>(sum - positives * (positives + 1)) / 2 /
           (static_cast<double>(positives) * static_cast<double>(negatives));
}

} // namespace detail

/// Two classes: labels 0 and 1, a score that is higher the likelier 1 is.
class auroc {
public:
    /// Errors: metric.class_range, metric.not_a_number.
    void add(std::int32_t label, double score) {
        if (label == ignored_label) return;
        detail::check_class(label, 2, "label");
        detail::check_number(score, "score");
        scores_.push_back(score);
        positive_.push_back(label == 1);
    }
    void merge(const auroc& other) {
        const auto more = other; // may be this very one
        scores_.insert(scores_.end(), more.scores_.begin(), more.scores_.end());
        positive_.insert(positive_.end(), more.positive_.begin(), more.positive_.end());
    }
    /// NaN where all labels are the same. Error: metric.empty.
    double value() const {
        detail::check_some(static_cast<std::int64_t>(scores_.size()), 1, "labelled examples");
        return detail::area_under_curve(scores_, positive_);
    }

private:
    std::vector<double> scores_;
    std::vector<bool> positive_;
};

enum class auroc_classes { one_against_rest, one_against_one };

/// More classes: a row of scores an example, one a class. Means over classes or pairs: plain, or
/// weighted by their examples.
class class_auroc {
public:
    /// Error: metric.classes.
    explicit class_auroc(int classes) : classes_(classes) {
        if (classes < 2)
            throw error("metric.classes", "an impossible number of classes", {}, "at least 2",
                        classes);
    }
    /// Errors: metric.classes, metric.class_range, metric.not_a_number; nothing is added then.
    template <class Number>
    void add(std::int32_t label, std::span<const Number> row) {
        if (label == ignored_label) return;
        if (row.size() != static_cast<std::size_t>(classes_))
            throw error("metric.classes", "a row of other classes", {}, {classes_, " classes"},
                        row.size());
        detail::check_class(label, classes_, "label");
        for (const auto score : row) detail::check_number(static_cast<double>(score), "score");
        scores_.insert(scores_.end(), row.begin(), row.end());
        labels_.push_back(label);
    }
    /// Error: metric.classes.
    void merge(const class_auroc& other) {
        detail::check_same(classes_, other.classes_);
        const auto more = other; // may be this very one
        scores_.insert(scores_.end(), more.scores_.begin(), more.scores_.end());
        labels_.insert(labels_.end(), more.labels_.begin(), more.labels_.end());
    }
    /// NaN where a class has no example, or all of them. Errors: metric.empty; metric.option for
    /// the micro average.
    double value(auroc_classes how = auroc_classes::one_against_rest,
                 average mean = average::macro) const {
        detail::check_some(static_cast<std::int64_t>(labels_.size()), 1, "labelled examples");
        if (mean == average::micro)
            throw error("metric.option", "an average that this score lacks", {.name = "average"},
                        "macro or weighted", "micro");
        std::vector<double> areas, weights;
        for (std::int32_t a = 0; a < classes_; ++a) {
            if (how == auroc_classes::one_against_rest) {
                areas.push_back(area(a, -1));
                weights.push_back(static_cast<double>(count(a)));
                continue;
            }
            for (std::int32_t b = a + 1; b < classes_; ++b) {
                areas.push_back((area(a, b) + area(b, a)) / 2);
                weights.push_back(static_cast<double>(count(a) + count(b)));
            }
        }
        if (mean == average::macro) weights.assign(areas.size(), 1);
        for (std::size_t i = 0; i < areas.size(); ++i) areas[i] *= weights[i];
        return detail::pairwise_sum(areas) / detail::pairwise_sum(weights);
    }

private:
    std::int64_t count(std::int32_t id) const {
        std::int64_t n = 0;
        for (const auto label : labels_) n += label == id;
        return n;
    }
    /// Class `a` by its own scores, against `b` alone or, for -1, against all others.
    double area(std::int32_t a, std::int32_t b) const {
        std::vector<double> scores;
        std::vector<bool> positive;
        for (std::size_t i = 0; i < labels_.size(); ++i) {
            if (b >= 0 && labels_[i] != a && labels_[i] != b) continue;
            scores.push_back(
                scores_[i * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(a)]);
            positive.push_back(labels_[i] == a);
        }
        return detail::area_under_curve(scores, positive);
    }
    int classes_;
    std::vector<double> scores_;
    std::vector<std::int32_t> labels_;
};

} // namespace hone
HONE_COMPACT_END
