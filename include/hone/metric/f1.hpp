// Precision, recall and F1 from three counts a class. A quotient without a denominator is 0 (scikit-learn's zero_division=0). Averages:
// micro (all examples in one pot), macro (every class alike), weighted (by the examples of each class). Which classes count is said, not
// guessed: those present (a label or a prediction names them; scikit-learn's rule where no labels are given) or all. Streaming and
// mergeable: only whole numbers are kept. Sums go pairwise in numpy's order, so that figures agree to the last bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"
#include "hone/metric/confusion.hpp"

HONE_COMPACT_BEGIN
namespace hone {

/// The figures of a class or of an average.
struct scores {
    double precision = 0, recall = 0, f1 = 0;
    std::int64_t support = 0; ///< examples with this label
};

enum class classes_counted { present, all };

namespace detail {

/// numpy's pairwise sum: eight running sums up to 128 terms, halves above.
inline double pairwise_sum(std::span<const double> x) {
    if (x.size() < 8) {
        double sum = 0;
        for (const double v : x) sum += v;
        return sum;
    }
    if (x.size() > 128) {
        const std::size_t half = x.size() / 2 - x.size() / 2 % 8;
        return pairwise_sum(x.first(half)) + pairwise_sum(x.subspan(half));
    }
    double r[8];
    for (std::size_t k = 0; k < 8; ++k) r[k] = x[k];
    std::size_t i = 8;
    for (; i + 8 <= x.size(); i += 8)
        for (std::size_t k = 0; k < 8; ++k) r[k] += x[i + k];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < x.size(); ++i) sum += x[i];
    return sum;
}

inline double quotient(double a, double b) { return b == 0 ? 0 : a / b; }

} // namespace detail

/// How often a class is a label, a prediction, and both at once.
struct class_count {
    std::int64_t labelled = 0, predicted = 0, right = 0;

    class_count& operator+=(const class_count& other) {
        labelled += other.labelled;
        predicted += other.predicted;
        right += other.right;
        return *this;
    }
    /// This class against the rest.
    scores figures() const {
        const auto hits = static_cast<double>(right);
        return {detail::quotient(hits, static_cast<double>(predicted)), detail::quotient(hits, static_cast<double>(labelled)),
                detail::quotient(2 * hits, static_cast<double>(predicted + labelled)), labelled};
    }
};

enum class average { micro, macro, weighted };

/// The average over these classes; 0 where there is none, or none of them is a label and they are weighted.
inline scores average_of(std::span<const class_count> classes, average how) {
    class_count all;
    for (const auto& c : classes) all += c;
    if (how == average::micro) return all.figures();
    std::vector<double> terms(classes.size());
    const double weights = static_cast<double>(how == average::weighted ? all.labelled : static_cast<std::int64_t>(classes.size()));
    const auto mean = [&](double scores::*figure) {
        for (std::size_t i = 0; i < classes.size(); ++i)
            terms[i] = classes[i].figures().*figure * (how == average::weighted ? static_cast<double>(classes[i].labelled) : 1.0);
        return detail::quotient(detail::pairwise_sum(terms), weights);
    };
    return {mean(&scores::precision), mean(&scores::recall), mean(&scores::f1), all.labelled};
}

/// Labels, predictions and hits of each class.
class class_counts {
public:
    /// Error: metric.classes.
    explicit class_counts(int classes) {
        if (classes < 1)
            throw error("metric.classes", "an impossible number of classes", {}, "at least 1", classes);
        counts_.resize(static_cast<std::size_t>(classes));
    }
    /// From a matrix that is there already.
    explicit class_counts(const confusion& matrix) : class_counts(matrix.classes()) {
        for (std::int32_t label = 0; label < matrix.classes(); ++label)
            for (std::int32_t p = 0; p < matrix.classes(); ++p) {
                at(label).labelled += matrix.count(label, p);
                at(p).predicted += matrix.count(label, p);
                if (label == p) at(p).right += matrix.count(label, p);
            }
    }
    int classes() const { return static_cast<int>(counts_.size()); }

    /// Error: metric.class_range.
    void add(std::int32_t label, std::int32_t predicted) {
        if (label == ignored_label) return;
        detail::check_class(label, classes(), "label");
        detail::check_class(predicted, classes(), "prediction");
        ++at(label).labelled;
        ++at(predicted).predicted;
        at(label).right += label == predicted;
    }
    /// Errors: metric.sizes, metric.class_range.
    void add(std::span<const std::int32_t> labels, std::span<const std::int32_t> predictions) {
        detail::check_pairs(labels.size(), predictions.size());
        for (std::size_t i = 0; i < labels.size(); ++i) add(labels[i], predictions[i]);
    }
    /// Error: metric.classes.
    void merge(const class_counts& other) {
        detail::check_same(classes(), other.classes());
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    }

    /// The classes that count, in order.
    std::vector<std::int32_t> counted(classes_counted which) const {
        std::vector<std::int32_t> ids;
        for (std::int32_t id = 0; id < classes(); ++id)
            if (which == classes_counted::all || of(id).labelled + of(id).predicted > 0) ids.push_back(id);
        return ids;
    }
    /// The counts of one class. Error: metric.class_range.
    const class_count& of(std::int32_t id) const {
        detail::check_class(id, classes(), "class");
        return counts_[static_cast<std::size_t>(id)];
    }
    /// The counts of all classes together. Error: metric.empty.
    class_count sum() const {
        class_count all;
        for (const auto& c : counts_) all += c;
        if (all.labelled == 0) throw error("metric.empty", "a score of nothing", {}, "at least one labelled example", "none");
        return all;
    }
    /// One class against the rest. Error: metric.class_range.
    scores of_class(std::int32_t id) const { return of(id).figures(); }
    /// The average over classes of one's own choice. Error: metric.class_range.
    scores over(std::span<const std::int32_t> ids, average how) const {
        std::vector<class_count> chosen;
        for (const auto id : ids) chosen.push_back(of(id));
        return average_of(chosen, how);
    }
    /// Errors of the averages: metric.empty.
    scores micro() const { return sum().figures(); }
    /// The plain mean of the classes that count.
    scores macro(classes_counted which = classes_counted::present) const { return sum(), over(counted(which), average::macro); }
    /// The mean of the classes that count, weighted by their support.
    scores weighted(classes_counted which = classes_counted::present) const { return sum(), over(counted(which), average::weighted); }
    /// The share of right answers.
    double accuracy() const {
        const auto all = sum();
        return static_cast<double>(all.right) / static_cast<double>(all.labelled);
    }

private:
    class_count& at(std::int32_t id) { return counts_[static_cast<std::size_t>(id)]; }
    std::vector<class_count> counts_;
};

} // namespace hone
HONE_COMPACT_END
