// Several labels an example: precision, recall and F1 as f1.hpp has them for one, and the mean over
// examples (scikit-learn's average="samples"). Streaming and mergeable: counts are whole numbers
// and the sums over examples are exact, so any order and any grouping give the same bits.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/check.hpp"
#include "hone/metric/confusion.hpp"
#include "hone/metric/exact_sum.hpp"
#include "hone/metric/f1.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// Sets of labels and sets of predictions.
class label_set_counts {
public:
    /// Error: metric.classes.
    explicit label_set_counts(int classes) {
        if (classes < 1)
            throw error("metric.classes", "an impossible number of classes", {}, "at least 1",
                        classes);
        counts_.resize(static_cast<std::size_t>(classes));
    }
    int classes() const { return static_cast<int>(counts_.size()); }

    /// One example; a class that stands twice counts once. Error: metric.class_range; nothing is
    /// counted then.
    void add(std::span<const std::int32_t> labels, std::span<const std::int32_t> predictions) {
        const auto labelled = as_set(labels, "label"),
                   predicted = as_set(predictions, "prediction");
        class_count here{.labelled = static_cast<std::int64_t>(labelled.size()),
                         .predicted = static_cast<std::int64_t>(predicted.size())};
        for (const auto id : labelled) ++at(id).labelled;
        for (const auto id : predicted) {
            ++at(id).predicted;
            if (!std::binary_search(labelled.begin(), labelled.end(), id)) continue;
            ++at(id).right;
            ++here.right;
        }
        const auto figures = here.figures();
        precision_.add(figures.precision);
        recall_.add(figures.recall);
        f1_.add(figures.f1);
        exact_ += here.right == here.labelled && here.right == here.predicted;
        ++examples_;
    }
    /// Error: metric.classes.
    void merge(const label_set_counts& other) {
        detail::check_same(classes(), other.classes());
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
        precision_.merge(other.precision_);
        recall_.merge(other.recall_);
        f1_.merge(other.f1_);
        exact_ += other.exact_;
        examples_ += other.examples_;
    }

    /// One class against the rest. Error: metric.class_range.
    scores of_class(std::int32_t id) const {
        detail::check_class(id, classes(), "class");
        return counts_[static_cast<std::size_t>(id)].figures();
    }
    /// The average over all classes. Error: metric.empty.
    scores over_classes(average how) const { return some(), average_of(counts_, how); }
    /// The average over classes of one's own choice. Errors: metric.empty, metric.class_range.
    scores over(std::span<const std::int32_t> ids, average how) const {
        some();
        std::vector<class_count> chosen;
        for (const auto id : ids) {
            detail::check_class(id, classes(), "class");
            chosen.push_back(counts_[static_cast<std::size_t>(id)]);
        }
        return average_of(chosen, how);
    }
    /// The mean over examples. Error: metric.empty.
    scores over_examples() const {
        const auto n = some();
        class_count all;
        for (const auto& c : counts_) all += c;
        return {precision_.value() / n, recall_.value() / n, f1_.value() / n, all.labelled};
    }
    /// The share of examples whose set is exactly right. Error: metric.empty.
    double accuracy() const {
        const auto n = some();
        return static_cast<double>(exact_) / n;
    }

private:
    double some() const {
        detail::check_some(examples_, 1, "examples");
        return static_cast<double>(examples_);
    }
    std::vector<std::int32_t> as_set(std::span<const std::int32_t> ids, const char* what) const {
        for (const auto id : ids) detail::check_class(id, classes(), what);
        std::vector<std::int32_t> set(ids.begin(), ids.end());
        put_in_order(set, [](auto a, auto b) { return a < b; });
        set.erase(std::unique(set.begin(), set.end()), set.end());
        return set;
    }
    class_count& at(std::int32_t id) { return counts_[static_cast<std::size_t>(id)]; }
    std::vector<class_count> counts_;
    exact_sum precision_, recall_, f1_;
    std::int64_t exact_ = 0, examples_ = 0;
};

} // namespace hone
HONE_COMPACT_END
