// What was taken for what: a matrix of counts, and its largest entries in words. Streaming and mergeable.
// Cost: 8 bytes x classes^2, which is why the number of classes is limited (10,000: 800 MB); class_counts needs no matrix.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/file/order.hpp"
#include "hone/meta/compact.hpp"
#include "hone/metric/accuracy.hpp"

HONE_COMPACT_BEGIN
namespace hone {

namespace detail {

inline void check_class(std::int32_t id, int classes, const char* what) {
    if (id < 0 || id >= classes)
        throw error("metric.class_range", "a class that there is not", {.name = what}, {"0 to ", classes - 1}, id);
}

inline void check_same(int a, int b) {
    if (a != b)
        throw error("metric.classes", "counts of different classes cannot be joined", {}, {a, " classes"}, b);
}

} // namespace detail

/// One kind of mistake: `count` of the `of` examples with this label were predicted as another class.
struct mistake {
    std::int32_t label, predicted;
    std::int64_t count, of;
};

/// Counts by label (row) and prediction (column).
class confusion {
public:
    static constexpr int most_classes = 10'000;

    /// Error: metric.classes.
    explicit confusion(int classes) : classes_(classes) {
        if (classes < 1 || classes > most_classes)
            throw error("metric.classes", "an impossible number of classes", {}, {"1 to ", most_classes}, classes);
        counts_.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
    }
    int classes() const { return classes_; }
    std::int64_t count(std::int32_t label, std::int32_t predicted) const { return counts_[at(label, predicted)]; }

    /// Error: metric.class_range.
    void add(std::int32_t label, std::int32_t predicted) {
        if (label == ignored_label) return;
        ++counts_[at(label, predicted)];
    }
    /// Errors: metric.sizes, metric.class_range; nothing is counted then.
    void add(std::span<const std::int32_t> labels, std::span<const std::int32_t> predictions) {
        detail::check_pairs(labels.size(), predictions.size());
        for (std::size_t i = 0; i < labels.size(); ++i)
            if (labels[i] != ignored_label) at(labels[i], predictions[i]);
        for (std::size_t i = 0; i < labels.size(); ++i) add(labels[i], predictions[i]);
    }
    /// Error: metric.classes.
    void merge(const confusion& other) {
        detail::check_same(classes_, other.classes_);
        for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    }
    /// The most frequent mistakes, at most `most`; equal counts: the larger share of its label first, then by label and prediction.
    std::vector<mistake> worst(std::size_t most = 10) const {
        std::vector<mistake> all;
        for (std::int32_t label = 0; label < classes_; ++label) {
            std::int64_t of = 0;
            for (std::int32_t p = 0; p < classes_; ++p) of += count(label, p);
            for (std::int32_t p = 0; p < classes_; ++p)
                if (p != label && count(label, p) > 0) all.push_back({label, p, count(label, p), of});
        }
        put_in_order(all, [](const mistake& a, const mistake& b) { return a.count != b.count ? a.count > b.count : a.of < b.of; });
        if (all.size() > most) all.resize(most);
        return all;
    }

private:
    std::size_t at(std::int32_t label, std::int32_t predicted) const {
        detail::check_class(label, classes_, "label");
        detail::check_class(predicted, classes_, "prediction");
        return static_cast<std::size_t>(label) * static_cast<std::size_t>(classes_) + static_cast<std::size_t>(predicted);
    }
    int classes_;
    std::vector<std::int64_t> counts_;
};

/// The worst confusions in words, one a line: "oos taken for definition: 12 of 100". Empty where there are none. Error: metric.classes.
inline std::string worst_confusions(const confusion& c, const std::vector<std::string>& names, std::size_t most = 10) {
    detail::check_same(c.classes(), static_cast<int>(names.size()));
    std::string text;
    for (const auto& m : c.worst(most))
        text += names[static_cast<std::size_t>(m.label)] + " taken for " + names[static_cast<std::size_t>(m.predicted)] + ": " +
                std::to_string(m.count) + " of " + std::to_string(m.of) + "\n";
    return text;
}

} // namespace hone
HONE_COMPACT_END
