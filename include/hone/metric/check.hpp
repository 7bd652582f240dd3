// What the metrics ask of the numbers that they are given.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hone/file/error.hpp"
#include "hone/meta/compact.hpp"

HONE_COMPACT_BEGIN
namespace hone::detail {

/// Error: metric.not_a_number, also for an infinite one.
inline void check_number(double value, const char* what) {
    if (!std::isfinite(value))
        throw error("metric.not_a_number", "a prediction that is not a number", {.name = what},
                    "a finite number", std::isnan(value) ? "nan" : "infinite");
}

/// Error: metric.empty.
inline void check_some(std::int64_t count, std::int64_t least, const char* of) {
    if (count < least)
        throw error("metric.empty", "a score of too little", {}, {"at least ", least, " ", of},
                    count);
}

/// Error: metric.no_reference.
inline void check_references(std::size_t count) {
    if (count == 0)
        throw error("metric.no_reference", "a text without a reference", {}, "at least one",
                    "none");
}

/// Error: metric.option.
inline void check_options(bool same) {
    if (!same)
        throw error("metric.option", "counts of different options cannot be joined", {},
                    "the same options", "others");
}

/// A row of probabilities as doubles, of `classes` classes, which the first row sets.
/// Errors: metric.empty, metric.classes, metric.class_range, metric.not_a_number,
/// metric.not_probabilities.
template <class Number>
std::vector<double> checked_row(std::int32_t label, std::span<const Number> row,
                                std::size_t& classes) {
    if (row.empty())
        throw error("metric.empty", "a row without classes", {}, "at least one", "none");
    if (classes != 0 && row.size() != classes)
        throw error("metric.classes", "rows of different classes", {}, {classes, " classes"},
                    row.size());
    if (label < 0 || static_cast<std::size_t>(label) >= row.size())
        throw error("metric.class_range", "a class that there is not", {.name = "label"},
                    {"0 to ", row.size() - 1}, label);
    std::vector<double> values(row.begin(), row.end());
    double sum = 0;
    for (const double p : values) {
        check_number(p, "probability");
        if (p < 0 || p > 1)
            throw error("metric.not_probabilities", "a probability that is none", {}, "0 to 1",
                        std::to_string(p));
        sum += p;
    }
    if (std::abs(sum - 1) > 1e-3)
        throw error("metric.not_probabilities", "probabilities that do not add up", {},
                    "a sum of 1", std::to_string(sum));
    classes = row.size();
    return values;
}

/// Rows of two counts must be of the same classes. Error: metric.classes.
inline void join_classes(std::size_t& mine, std::size_t other) {
    if (mine != 0 && other != 0 && mine != other)
        throw error("metric.classes", "counts of different classes cannot be joined", {},
                    {mine, " classes"}, other);
    if (mine == 0) mine = other;
}

} // namespace hone::detail
HONE_COMPACT_END
