// The share of right answers, and the answer that a row of logits gives. Streaming and mergeable: parts may be counted apart, in any
// order, and joined, with the same result to the last bit, because only whole numbers are kept.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "hone/file/error.hpp"

namespace hone {

/// The label that every metric passes over, as every loss does.
inline constexpr std::int32_t ignored_label = -100;

/// The position of the largest number, the first one of equals. Errors: metric.empty; metric.not_a_number, with the position.
template <class Number>
std::int32_t best_class(std::span<const Number> logits) {
    if (logits.empty()) throw error("metric.empty", "a row without classes", {}, "at least one", "none");
    std::size_t best = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        if (std::isnan(logits[i]))
            throw error("metric.not_a_number", "a prediction that is not a number", {.name = "class " + std::to_string(i)}, "a number",
                        "nan");
        if (logits[i] > logits[best]) best = i;
    }
    return static_cast<std::int32_t>(best);
}

namespace detail {

inline void check_pairs(std::size_t labels, std::size_t predictions) {
    if (labels != predictions)
        throw error("metric.sizes", "labels and predictions of different number", {}, {labels, " predictions"}, predictions);
}

} // namespace detail

/// Right answers of all answers.
struct accuracy {
    std::int64_t right = 0, total = 0;

    void add(std::int32_t label, std::int32_t predicted) {
        if (label == ignored_label) return;
        right += label == predicted;
        ++total;
    }
    /// Error: metric.sizes.
    void add(std::span<const std::int32_t> labels, std::span<const std::int32_t> predictions) {
        detail::check_pairs(labels.size(), predictions.size());
        for (std::size_t i = 0; i < labels.size(); ++i) add(labels[i], predictions[i]);
    }
    void merge(const accuracy& other) {
        right += other.right;
        total += other.total;
    }
    /// Error: metric.empty.
    double value() const {
        if (total == 0) throw error("metric.empty", "an accuracy of nothing", {}, "at least one labelled example", "none");
        return static_cast<double>(right) / static_cast<double>(total);
    }
};

} // namespace hone
